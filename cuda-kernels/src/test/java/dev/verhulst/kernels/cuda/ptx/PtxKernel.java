package dev.verhulst.kernels.cuda.ptx;

import java.util.List;

/**
 * One entry of a PTX text, ready to run.
 *
 * @param name the entry's name
 * @param parameters what it takes, in order
 * @param maximumThreads how many threads a block may have
 * @param code its instructions
 * @param registers how many registers a thread has
 * @param sharedBytes how much shared memory a block has
 */
public record PtxKernel(
    String name,
    List<Parameter> parameters,
    int maximumThreads,
    List<Instruction> code,
    int registers,
    int sharedBytes) {

  /** The types of the parameters, e.g. {@code U64}: pointers are 64-bit integers. */
  public List<String> parameterTypes() {
    return parameters.stream().map(parameter -> parameter.type().name()).toList();
  }

  /**
   * A parameter of a kernel.
   *
   * @param name its name in the text
   * @param type its type
   */
  public record Parameter(String name, PtxType type) {}
}
