package dev.verhulst.heads.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads a tensor's elements as doubles, which hold those of every floating type exactly. */
public final class TensorNumbers {

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TensorNumbers() {}

  /**
   * The elements of a tensor of floating type.
   *
   * @throws SafeTensorsException where there is no such tensor, it is of another type, or it has
   *     more elements than an array can have
   */
  public static double[] read(SafeTensors file, String name) throws SafeTensorsException {
    TensorInfo info = file.info(name);
    if (info.elements() > Integer.MAX_VALUE - 8) {
      throw new SafeTensorsException(
          "tensor '%s' has %d elements; at most 2^31 - 9 can be read"
              .formatted(name, info.elements()));
    }
    MemorySegment bytes = file.bytes(name);
    double[] numbers = new double[(int) info.elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (info.type()) {
            case F16 -> Float.float16ToFloat(bytes.getAtIndex(SHORT, i));
            case BF16 -> Float.intBitsToFloat(bytes.getAtIndex(SHORT, i) << 16);
            case F32 -> bytes.getAtIndex(FLOAT, i);
            case F64 -> bytes.getAtIndex(DOUBLE, i);
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 ->
                throw new SafeTensorsException(
                    "tensor '%s' is of type %s; expected F16, BF16, F32 or F64"
                        .formatted(name, info.type()));
          };
    }
    return numbers;
  }
}
