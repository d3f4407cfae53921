package dev.verhulst.kernels.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUctx_flags;
import jcuda.driver.CUdevice;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * The functions of the CUDA driver that the backend uses, each with its result checked: no other
 * class calls JCuda's driver. All of them throw {@link CudaException}, and all but the first few
 * want the context to be current in the calling thread.
 */
final class CudaDriver {

  /** For the copies and launches of one stream, whatever the default stream does. */
  private static final int STREAM_FLAGS = CUstream_flags.CU_STREAM_NON_BLOCKING;

  private CudaDriver() {}

  private static void check(String call, int result) {
    if (result != 0) {
      throw new CudaException(call, result);
    }
  }

  static void initialise() {
    JCudaDriver.setExceptionsEnabled(false);
    check("cuInit", JCudaDriver.cuInit(0));
  }

  static CUdevice device(int ordinal) {
    CUdevice device = new CUdevice();
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, ordinal));
    return device;
  }

  static String deviceName(CUdevice device) {
    byte[] name = new byte[256];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device));
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, UTF_8);
  }

  /**
   * @param attribute one of {@code jcuda.driver.CUdevice_attribute}
   */
  static int deviceAttribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    check("cuDeviceGetAttribute", JCudaDriver.cuDeviceGetAttribute(value, attribute, device));
    return value[0];
  }

  /** Where the device is on the bus, e.g. {@code 0000:01:00.0}: its name outside of CUDA. */
  static String busId(CUdevice device) {
    String[] id = new String[1];
    check("cuDeviceGetPCIBusId", JCudaDriver.cuDeviceGetPCIBusId(id, 32, device));
    return id[0].replace("\0", "");
  }

  /** The device's memory, in bytes. */
  static long deviceMemory(CUdevice device) {
    long[] byteSize = new long[1];
    check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(byteSize, device));
    return byteSize[0];
  }

  /** The context that everything in the process shares; a thread that waits for it sleeps. */
  static CUcontext retainPrimaryContext(CUdevice device) {
    check(
        "cuDevicePrimaryCtxSetFlags",
        JCudaDriver.cuDevicePrimaryCtxSetFlags(device, CUctx_flags.CU_CTX_SCHED_BLOCKING_SYNC));
    CUcontext context = new CUcontext();
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
    return context;
  }

  static void releasePrimaryContext(CUdevice device) {
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device));
  }

  static void pushContext(CUcontext context) {
    check("cuCtxPushCurrent", JCudaDriver.cuCtxPushCurrent(context));
  }

  static void popContext() {
    check("cuCtxPopCurrent", JCudaDriver.cuCtxPopCurrent(new CUcontext()));
  }

  /** Compiles PTX for the device. */
  static CUmodule loadModule(byte[] ptx) {
    CUmodule module = new CUmodule();
    byte[] terminated = Arrays.copyOf(ptx, ptx.length + 1);
    check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(module, terminated));
    return module;
  }

  static void unloadModule(CUmodule module) {
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(module));
  }

  static CUfunction function(CUmodule module, String entry) {
    CUfunction function = new CUfunction();
    check("cuModuleGetFunction", JCudaDriver.cuModuleGetFunction(function, module, entry));
    return function;
  }

  static DeviceAddress allocate(long byteSize) {
    DeviceAddress address = new DeviceAddress();
    check("cuMemAlloc", JCudaDriver.cuMemAlloc(address, byteSize));
    return address;
  }

  static void free(DeviceAddress address) {
    check("cuMemFree", JCudaDriver.cuMemFree(address));
  }

  /**
   * Page-locked memory, for every context of the process, which kernels can read and write. Not
   * through JCuda, which wraps what it allocates in a direct buffer, and fails from 2 GiB on.
   */
  static HostAddress allocateHost(long byteSize) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(ADDRESS);
      DriverLibrary.load()
          .call(
              "cuMemHostAlloc",
              new MemoryLayout[] {ADDRESS, JAVA_LONG, JAVA_INT},
              address,
              byteSize,
              JCudaDriver.CU_MEMHOSTALLOC_PORTABLE | JCudaDriver.CU_MEMHOSTALLOC_DEVICEMAP);
      return HostAddress.of(address.get(ADDRESS, 0), 0);
    } catch (DriverLibrary.NoDriverException e) {
      throw new IllegalStateException("this is a bug: JCuda found a driver that is gone", e);
    }
  }

  static void freeHost(HostAddress address) {
    check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(address));
  }

  static CUstream createStream() {
    CUstream stream = new CUstream();
    check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, STREAM_FLAGS));
    return stream;
  }

  static void destroyStream(CUstream stream) {
    check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream));
  }

  /** Waits until all that was given to the stream is done; reports what failed in it. */
  static void synchronize(CUstream stream) {
    check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream));
  }

  static void copyToDevice(DeviceAddress to, HostAddress from, long byteSize, CUstream stream) {
    check("cuMemcpyHtoDAsync", JCudaDriver.cuMemcpyHtoDAsync(to, from, byteSize, stream));
  }

  static void copyToHost(HostAddress to, DeviceAddress from, long byteSize, CUstream stream) {
    check("cuMemcpyDtoHAsync", JCudaDriver.cuMemcpyDtoHAsync(to, from, byteSize, stream));
  }

  /**
   * Launches a grid of one dimension.
   *
   * @param parameters the addresses of the kernel's parameters, one after the other
   */
  static void launch(
      CUfunction function, int blocks, int threads, CUstream stream, Pointer parameters) {
    check(
        "cuLaunchKernel",
        JCudaDriver.cuLaunchKernel(
            function, blocks, 1, 1, threads, 1, 1, 0, stream, parameters, null));
  }
}
