package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceReadings;
import org.jspecify.annotations.Nullable;

/** One GPU as a pool uses it: a device that can be lost, and let go for a new one in its place. */
interface RecoverableDevice extends Device {

  /** Page-locks host memory from now on, for all that share it. */
  void join();

  /**
   * Closes the device once it is lost, and may be called again where the driver did not let it go.
   *
   * @return whether its context is gone, so that a new one can be made
   */
  boolean discard();

  /** What it was lost to, as a clause for people. */
  String failure();

  /** How the GPU stands, also where the device is lost; null where nobody says. */
  @Nullable DeviceReadings readings();

  /** Opens the devices of a pool, at first and anew. */
  @FunctionalInterface
  interface Opener {

    /**
     * Opens a GPU that has computed a known value.
     *
     * @throws dev.verhulst.kernels.DeviceUnavailableException where it cannot be had, with the
     *     reason as a clause
     */
    RecoverableDevice open(int ordinal);
  }
}
