package dev.verhulst.kernels;

/** What came of looking for a device: the device, or why there is none. */
public sealed interface DeviceDetection {

  /** A device that has computed a known value, and is ready to be used; the caller closes it. */
  record Available(Device device) implements DeviceDetection {}

  /**
   * No device.
   *
   * @param reason why, as one sentence that starts with a lower case letter and ends without a full
   *     stop, to stand behind "because"
   */
  record Unavailable(String reason) implements DeviceDetection {}
}
