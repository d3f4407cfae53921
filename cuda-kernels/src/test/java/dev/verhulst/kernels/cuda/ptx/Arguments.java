package dev.verhulst.kernels.cuda.ptx;

import java.util.List;

/**
 * The arguments of a launch, as bits, checked against what the kernel takes: a wrong kind would
 * show on a device only as garbage.
 */
final class Arguments {

  private Arguments() {}

  static long[] of(PtxKernel kernel, Object... arguments) {
    List<PtxKernel.Parameter> parameters = kernel.parameters();
    if (arguments.length != parameters.size()) {
      throw new PtxException(
          kernel.name() + " takes " + parameters.size() + " arguments, got " + arguments.length);
    }
    long[] bits = new long[arguments.length];
    for (int i = 0; i < bits.length; i++) {
      PtxType type = parameters.get(i).type();
      Object argument = arguments[i];
      bits[i] =
          switch (argument) {
            case Long number when type == PtxType.U64 -> number;
            case Float number when type == PtxType.F32 -> Numbers.bits(number);
            case Double number when type == PtxType.F64 -> Numbers.bits(number);
            default ->
                throw new PtxException(
                    "argument "
                        + i
                        + " of "
                        + kernel.name()
                        + " is "
                        + type
                        + ", got "
                        + argument.getClass().getSimpleName());
          };
    }
    return bits;
  }
}
