package dev.verhulst.service.model;

import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.kernels.DataType;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The element types that every function takes; a model with weights takes theirs alone. The
 * datatype of a request chooses the kernel; metadata, which has room for one per tensor, declares
 * {@link #DECLARED}.
 */
public final class Datatypes {

  /** The type that a function's metadata declares, and that a raw binary request is read as. */
  public static final DataType DECLARED = DataType.FP32;

  private static final DataType[] ACCEPTED = DataType.values();

  private Datatypes() {}

  /** Every accepted type by its name on the wire, separated by commas. */
  public static String accepted() {
    return Arrays.stream(ACCEPTED).map(DataType::name).collect(Collectors.joining(","));
  }

  /** The type as the protocol has it. */
  static Datatype onTheWire(DataType dataType) {
    return switch (dataType) {
      case FP16 -> Datatype.FP16;
      case BF16 -> Datatype.BF16;
      case FP32 -> Datatype.FP32;
      case FP64 -> Datatype.FP64;
    };
  }

  /** The type of that name on the wire, or null. */
  static @Nullable DataType find(String name) {
    for (DataType dataType : ACCEPTED) {
      if (dataType.name().equals(name)) {
        return dataType;
      }
    }
    return null;
  }

  /**
   * Every accepted type but the declared one, as a sentence has it: {@code FP16, BF16 and FP64}.
   */
  static String others() {
    String others =
        Arrays.stream(ACCEPTED)
            .filter(dataType -> dataType != DECLARED)
            .map(DataType::name)
            .collect(Collectors.joining(", "));
    int last = others.lastIndexOf(", ");
    return others.substring(0, last) + " and " + others.substring(last + 2);
  }
}
