package dev.verhulst.kernels.cuda.ptx;

import java.util.Map;

/**
 * A PTX text, parsed.
 *
 * @param version its {@code .version}, e.g. {@code 7.0}
 * @param target its {@code .target}, e.g. {@code sm_80}
 * @param kernels its entries, by name, in the order of the text
 */
public record PtxModule(String version, String target, Map<String, PtxKernel> kernels) {

  /**
   * Parses a PTX text.
   *
   * @throws PtxException where it has something that the interpreter does not know
   */
  public static PtxModule parse(String text) {
    return new PtxParser(text).module();
  }

  /** The entry of that name. */
  public PtxKernel kernel(String name) {
    PtxKernel kernel = kernels.get(name);
    if (kernel == null) {
      throw new PtxException("there is no entry '" + name + "'; there are " + kernels.keySet());
    }
    return kernel;
  }
}
