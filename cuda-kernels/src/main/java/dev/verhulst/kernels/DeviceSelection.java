package dev.verhulst.kernels;

/**
 * The device that was chosen; the caller closes it.
 *
 * @param reason why this one, in one sentence for people
 */
public record DeviceSelection(Device device, String reason) {}
