package dev.verhulst.service.exchange;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.PlannedOutput;
import dev.verhulst.service.model.Shape;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The classification extension: an output is answered by its largest elements, largest first, each
 * as the string {@code value:index}, where the index counts the elements of a batch item, or {@code
 * value:index:name} where these have names. The first dimension is that of the batch where there
 * are two or more. The value is written as Triton writes it, with six decimals. NaN comes last;
 * among equals, the lower index first.
 */
public final class Classification {

  /** The datatype of what is answered. */
  public static final String DATATYPE = "BYTES";

  /** How many strings an output may be answered with: unlike elements, they lie on the heap. */
  static final long MOST = 1 << 16;

  private static final int DECIMALS = 6;

  private Classification() {}

  /** The shape of what is answered for an output that is classified. */
  public static Shape shape(PlannedOutput output) {
    Shape computed = output.shape();
    long count = Math.min(output.classes(), perItem(computed));
    return computed.rank() > 1 ? Shape.of(computed.firstDimension(), count) : Shape.of(count);
  }

  /**
   * Checks that what a plan answers with is not too much.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where it is
   */
  public static void check(InferencePlan plan) {
    for (PlannedOutput output : plan.outputs()) {
      if (output.isClassified() && output.datatype() == Datatype.BOOL) {
        throw invalidArgument(
            "'classification' of output '%s': it is of type BOOL, which has no largest elements; expected an output of numbers"
                .formatted(output.name()));
      }
      if (output.isClassified() && shape(output).elements() > MOST) {
        throw invalidArgument(
            "'classification' %d of output '%s' gives %d classes, more than the %d that an answer may hold; ask for fewer, or for the output as it is"
                .formatted(output.classes(), output.name(), shape(output).elements(), MOST));
      }
    }
  }

  /**
   * What is answered for the outputs of a plan: for one that is classified its classes, each with
   * its length before it (the layout of BYTES), for any other its elements.
   */
  public static List<MemorySegment> of(InferencePlan plan, List<MemorySegment> computed) {
    if (!isAnyClassified(plan)) {
      return computed;
    }
    List<MemorySegment> answered = new ArrayList<>(computed.size());
    for (int i = 0; i < computed.size(); i++) {
      PlannedOutput output = plan.outputs().get(i);
      answered.add(
          output.isClassified()
              ? MemorySegment.ofArray(classes(plan.dataType(), output, computed.get(i)))
              : computed.get(i));
    }
    return answered;
  }

  private static boolean isAnyClassified(InferencePlan plan) {
    for (int i = 0; i < plan.outputs().size(); i++) {
      if (plan.outputs().get(i).isClassified()) {
        return true;
      }
    }
    return false;
  }

  private static byte[] classes(DataType dataType, PlannedOutput output, MemorySegment elements) {
    if (output.shape().elements() == 0) {
      return new byte[0];
    }
    long items = output.shape().rank() > 1 ? output.shape().firstDimension() : 1;
    long perItem = perItem(output.shape());
    LargestElements largest = new LargestElements((int) Math.min(output.classes(), perItem));
    ByteArrayOutputStream classes = new ByteArrayOutputStream();
    for (long item = 0; item < items; item++) {
      for (long i = 0; i < perItem; i++) {
        largest.offer(element(dataType, elements, item * perItem + i), i);
      }
      largest.drain(
          (value, index) ->
              append(classes, text(value) + ":" + index + name(output.classNames(), index)));
    }
    return classes.toByteArray();
  }

  private static String name(List<String> names, long index) {
    return names.isEmpty() ? "" : ":" + names.get((int) index);
  }

  private static void append(ByteArrayOutputStream to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      to.write(bytes.length >>> shift);
    }
    to.writeBytes(bytes);
  }

  /** How many elements a batch item has, or the largest long where it is more than that. */
  private static long perItem(Shape shape) {
    if (shape.rank() <= 1) {
      return shape.elements();
    }
    long product = 1;
    boolean empty = false;
    for (int i = 1; i < shape.rank(); i++) {
      long dimension = shape.dimension(i);
      empty |= dimension == 0;
      boolean fits = Math.multiplyHigh(product, dimension) == 0 && product * dimension >= 0;
      product = fits ? product * dimension : Long.MAX_VALUE;
    }
    return empty ? 0 : product;
  }

  private static double element(DataType dataType, MemorySegment elements, long index) {
    return switch (dataType) {
      case FP16 -> Float.float16ToFloat(elements.get(ValueLayout.JAVA_SHORT, 2 * index));
      case BF16 -> BFloat16.toFloat(elements.get(ValueLayout.JAVA_SHORT, 2 * index));
      case FP32 -> elements.get(ValueLayout.JAVA_FLOAT, 4 * index);
      case FP64 -> elements.get(ValueLayout.JAVA_DOUBLE, 8 * index);
    };
  }

  /** The value as C's {@code printf("%f")} writes it. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
    double magnitude = Math.abs(value);
    if (Double.isInfinite(magnitude)) {
      return sign + "inf";
    }
    return sign
        + new BigDecimal(magnitude).setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
  }
}
