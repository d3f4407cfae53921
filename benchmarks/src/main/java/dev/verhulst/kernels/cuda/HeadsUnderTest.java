package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;

/** The two ways of a head's products, for the rig: a door into this package. */
public final class HeadsUnderTest {

  private HeadsUnderTest() {}

  /**
   * Prepares a head whose products the plain kernel computes, also where cuBLAS works.
   *
   * @param device one of {@link GpuUnderTest}'s
   */
  public static Head plain(Device device, HeadParameters parameters, DataType dataType) {
    return ((CudaDevice) device).plainHead(parameters, dataType);
  }

  /**
   * Prepares a head as the service does: with cuBLAS where it works.
   *
   * @param device one of {@link GpuUnderTest}'s
   */
  public static Head chosen(Device device, HeadParameters parameters, DataType dataType) {
    return ((CudaDevice) device).head(parameters, dataType);
  }

  /** Whether cuBLAS computes a head's products. */
  public static boolean usesCublas(Head head) {
    return head instanceof CudaHead ofDevice && ofDevice.usesCublas();
  }
}
