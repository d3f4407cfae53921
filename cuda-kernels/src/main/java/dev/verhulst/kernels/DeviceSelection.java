package dev.verhulst.kernels;

/**
 * The device that was chosen; the caller closes it.
 *
 * @param reason why this one, as a clause for people that stands behind its description and a colon
 */
public record DeviceSelection(Device device, String reason) {}
