package dev.verhulst.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;

/**
 * The kernels, compiled by the driver from the committed PTX when they are first used: one module
 * per activation, so that a start compiles only what it needs. Every method wants the context to be
 * current.
 */
final class KernelModules implements AutoCloseable {

  /** From this compute capability on, the text for newer GPUs is taken. */
  private static final int NEWER = 80;

  private final String target;
  private final Map<String, CUmodule> modules = new ConcurrentHashMap<>();
  private final Map<String, CUfunction> functions = new ConcurrentHashMap<>();

  /**
   * @param computeCapability the device's, e.g. 75 for 7.5
   */
  KernelModules(int computeCapability) {
    target = computeCapability >= NEWER ? "compute_80" : "compute_75";
  }

  /** The kernel of that name. */
  CUfunction function(String module, String entry) {
    return functions.computeIfAbsent(entry, name -> CudaDriver.function(module(module), name));
  }

  private CUmodule module(String name) {
    return modules.computeIfAbsent(name, each -> CudaDriver.loadModule(ptx(each)));
  }

  /** The text that the driver compiles. */
  byte[] ptx(String module) {
    String resource = "ptx/" + module + "." + target + ".ptx";
    try (InputStream stream = KernelModules.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("this is a bug: the jar has no " + resource);
      }
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The jar's " + resource + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    try (Resources resources = new Resources()) {
      modules.values().forEach(module -> resources.onClose(() -> CudaDriver.unloadModule(module)));
    }
  }
}
