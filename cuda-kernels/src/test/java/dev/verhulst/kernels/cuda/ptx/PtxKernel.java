package dev.verhulst.kernels.cuda.ptx;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

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
   * The same kernel, which counts what its threads execute.
   *
   * @param counts which instructions, by their names, e.g. {@code fma.rn.f64}
   * @param executed how many of them have been executed
   */
  public PtxKernel counting(Predicate<String> counts, LongAdder executed) {
    List<Instruction> counted =
        code.stream()
            .map(each -> counts.test(each.name()) ? each.counting(executed) : each)
            .toList();
    return new PtxKernel(name, parameters, maximumThreads, counted, registers, sharedBytes);
  }

  /**
   * A parameter of a kernel.
   *
   * @param name its name in the text
   * @param type its type
   */
  public record Parameter(String name, PtxType type) {}
}
