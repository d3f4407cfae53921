package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the PTX knows an activation by, derived from its record: a component that is a number is a
 * number of the kernel, in the same order (-1 where it is not set); one that is an enum chooses
 * among functions, the first constant the plain one, another by its name as a suffix.
 *
 * @param module the module that has its entries
 * @param function the function, with which its entries' names begin
 * @param numbers the numbers that its kernels take
 */
record KernelSignature(String module, String function, List<Double> numbers) {

  private static final double NOT_SET = -1;
  private static final String MAPPED = "_mapped";

  static KernelSignature of(Activation activation) {
    StringBuilder function = new StringBuilder(activation.name());
    List<Double> numbers = new ArrayList<>();
    for (RecordComponent component : activation.getClass().getRecordComponents()) {
      Object value = value(activation, component);
      if (value instanceof Enum<?> choice) {
        if (choice.ordinal() > 0) {
          function.append('_').append(choice.name().toLowerCase(Locale.ROOT));
        }
      } else {
        numbers.add(value == null ? NOT_SET : ((Number) value).doubleValue());
      }
    }
    return new KernelSignature(activation.name(), function.toString(), numbers);
  }

  private static @Nullable Object value(Activation activation, RecordComponent component) {
    try {
      return component.getAccessor().invoke(activation);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is a bug: " + component + " cannot be read", e);
    }
  }

  /** The name of the kernel, e.g. {@code gelu_tanh_backward_bf16}. */
  String entry(Pass pass, DataType dataType) {
    return function + "_" + pass.entryPart() + "_" + typePart(dataType);
  }

  /** The module of its kernels over page-locked host memory. */
  String mappedModule() {
    return module + MAPPED;
  }

  /** The name of its kernel over page-locked host memory, e.g. {@code gelu_tanh_mapped_bf16}. */
  String mappedEntry(DataType dataType) {
    return function + MAPPED + "_" + typePart(dataType);
  }

  /** A data type's part of an entry's name. */
  static String typePart(DataType dataType) {
    return dataType.name().toLowerCase(Locale.ROOT);
  }
}
