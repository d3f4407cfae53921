package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.activation.Relu;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.cuda.IllegalAddress;
import java.util.Random;

/** A process of its own that loses its GPU to an illegal address, and says what it saw of it. */
final class LostDeviceRun {

  /** What it says at its end where all was as it should be. */
  static final String DONE = "lost as it should be: ";

  private LostDeviceRun() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    GpuUnderTest gpu = GpuUnderTest.find();
    Device device = gpu.open();
    check(device, 1);
    String injected = IllegalAddress.inject(gpu);
    require(injected.equals("CUDA_ERROR_ILLEGAL_ADDRESS"), "injected: " + injected);
    String first = failure(device);
    require(first.contains("CUDA_ERROR_ILLEGAL_ADDRESS"), "the next call: " + first);
    require(!device.isUsable(), "isUsable() is still true");
    String second = failure(device);
    require(second.contains("the GPU was lost"), "the call after it: " + second);
    try (CpuDevice cpu = new CpuDevice(1)) {
      check(cpu, 2);
    }
    System.out.println(DONE + injected + ", isUsable() false, the CPU computed on");
    // Nothing is given back in a lost context, and the driver may hang in the attempt.
    Runtime.getRuntime().halt(0);
  }

  private static void check(Device device, long seed) {
    ActivationChecks.checkBatch(device, new Relu(), DataType.FP32, new Random(seed));
  }

  private static String failure(Device device) {
    try {
      check(device, 3);
      return "no failure";
    } catch (DeviceException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      System.out.println("wrong: " + otherwise);
      Runtime.getRuntime().halt(1);
    }
  }
}
