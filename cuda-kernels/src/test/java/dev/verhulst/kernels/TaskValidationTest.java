package dev.verhulst.kernels;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TaskValidationTest {

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment x = floats(6);
  private final MemorySegment other = floats(6);
  private final MemorySegment out = floats(6);

  @AfterEach
  void free() {
    arena.close();
  }

  private MemorySegment floats(int count) {
    return arena.allocate(4L * count, 4);
  }

  /** Every combination that the contract of the tasks allows. */
  @Test
  void acceptsWhatFits() {
    assertThatCode(
            () -> {
              check(new Sigmoid(), task(6, 6, x, null, null, out, null, null));
              check(new Sigmoid(), task(6, 4, x, null, null, x, null, null));
              check(new Sigmoid(), task(6, 4, x, null, other, null, null, x));
              check(new Sigmoid(), task(6, 4, x, null, other, null, null, out));
              check(new Sigmoid(), task(0, 0, x, null, null, x, x, null));
              check(new Softmax(), task(6, 3, x, null, null, out, null, null));
              check(new Softmax(), task(0, 0, x, null, null, out, null, null));
              check(new PRelu(), task(6, 3, x, floats(3), null, out, null, null));
              check(new PRelu(), task(6, 3, x, x, null, out, null, null));
              check(Reduction.MEAN, loss(6, 3, x, other, out, null, floats(1), floats(6)));
              check(Reduction.NONE, loss(6, 3, x, other, null, floats(3), floats(6), null));
              check(Reduction.SUM, loss(0, 3, x, other, null, floats(3), floats(1), null));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void refusesTensorsOfTheWrongSize() {
    refuses(
        task(7, 7, x, null, null, floats(7), null, null),
        "sigmoid, task 0: 'x' holds 24 bytes, expected 7 elements of FP32 (4 bytes each)");
    refuses(task(6, 6, x, null, null, floats(5), null, null), "'y' holds 20 bytes, expected 6");
    refuses(task(6, 6, x, null, null, null, floats(5), null), "'dy_dx' holds 20 bytes");
    refuses(task(6, 6, x, null, floats(5), null, null, out), "'grad_y' holds 20 bytes");
    refuses(task(6, 6, x, null, other, null, null, floats(5)), "'grad_x' holds 20 bytes");
    refuses(task(-1, 6, x, null, null, out, null, null), "it has -1 elements");
    refuses(task(1L << 62, 6, x, null, null, out, null, null), "elements, expected 0 to");
    refuses(new PRelu(), task(6, 3, x, floats(2), null, out, null, null), "'slope' holds 8 bytes");
  }

  @Test
  void refusesTensorsThatDoNotFitTogether() {
    refuses(task(6, 6, x, null, null, null, null, out), "'grad_x' is asked for, which needs");
    refuses(task(6, 6, x, other, null, out, null, null), "'slope' is given, but it has no such");
    refuses(
        new Softmax(),
        task(6, 3, x, other, null, out, null, null),
        "softmax, task 0: 'slope' is given");
    refuses(
        new PRelu(),
        task(6, 3, x, null, null, out, null, null),
        "'slope' is missing, expected one slope per channel");
    refuses(
        new Softmax(),
        task(6, 4, x, null, null, out, null, null),
        "the last dimension is 4, expected a divisor of the 6 elements");
    refuses(new Softmax(), task(6, 0, x, null, null, out, null, null), "the last dimension is 0");
    refuses(new PRelu(), task(6, -3, x, other, null, out, null, null), "the last dimension is -3");
  }

  @Test
  void refusesMemoryItMustNotTouch() {
    MemorySegment heap = MemorySegment.ofArray(new float[6]);
    refuses(task(6, 6, heap, null, null, out, null, null), "'x' is on the heap, expected native");
    refuses(task(6, 6, x, null, null, heap, null, null), "'y' is on the heap, expected native");
    refuses(task(6, 6, x, null, null, out.asReadOnly(), null, null), "'y' is read-only");
    MemorySegment freed;
    try (Arena closed = Arena.ofConfined()) {
      freed = closed.allocate(24);
    }
    refuses(task(6, 6, freed, null, null, out, null, null), "'x' has been freed");
  }

  @Test
  void refusesTensorsThatOverlap() {
    MemorySegment both = floats(12);
    MemorySegment low = both.asSlice(0, 24);
    MemorySegment middle = both.asSlice(4, 24);
    refuses(task(6, 6, low, null, null, middle, null, null), "'x' and 'y' overlap");
    refuses(task(6, 6, x, null, null, x, out, null), "'x' and 'y' overlap");
    refuses(task(6, 6, x, null, null, out, out, null), "'y' and 'dy_dx' overlap");
    refuses(task(6, 6, x, null, other, null, null, other), "'grad_y' and 'grad_x' overlap");
    refuses(new PRelu(), task(6, 6, x, out, null, out, null, null), "'slope' and 'y' overlap");
  }

  @Test
  void refusesLossesThatDoNotFit() {
    refuses(Reduction.MEAN, loss(6, 4, x, other, null, null, out, null), "the last dimension is 4");
    refuses(Reduction.MEAN, loss(6, 3, floats(5), other, null, null, out, null), "'logits' holds");
    refuses(Reduction.MEAN, loss(6, 3, x, floats(5), null, null, out, null), "'target' holds");
    refuses(Reduction.MEAN, loss(6, 3, x, other, floats(5), null, out, null), "'weight' holds");
    refuses(Reduction.MEAN, loss(6, 3, x, other, null, floats(2), out, null), "'pos_weight' holds");
    refuses(Reduction.NONE, loss(6, 3, x, other, null, null, floats(5), null), "'loss' holds 20");
    refuses(Reduction.MEAN, loss(6, 3, x, other, null, null, floats(0), null), "'loss' holds 0");
    refuses(
        Reduction.MEAN,
        loss(6, 3, x, other, null, null, out, floats(5)),
        "bce_with_logits, task 0: 'grad_logits' holds 20 bytes, expected 6 elements of FP32 (4 bytes each)");
    refuses(Reduction.NONE, loss(6, 3, x, other, null, null, x, null), "'logits' and 'loss'");
    refuses(
        Reduction.MEAN, loss(6, 3, x, other, null, null, null, x), "'logits' and 'grad_logits'");
  }

  @Test
  void namesTheTaskThatIsWrong() {
    ActivationTask right = task(6, 6, x, null, null, out, null, null);
    ActivationTask wrong = task(9, 9, x, null, null, out, null, null);
    assertThatThrownBy(
            () ->
                TaskValidation.validateActivations(
                    new Sigmoid(), DataType.FP32, List.of(right, right, wrong)))
        .hasMessageStartingWith("sigmoid, task 2: 'x' holds 24 bytes");
  }

  private static void check(Activation activation, ActivationTask task) {
    TaskValidation.validateActivations(activation, DataType.FP32, List.of(task));
  }

  private static void check(Reduction reduction, LossTask task) {
    TaskValidation.validateLosses(
        new BinaryCrossEntropyWithLogits(reduction), DataType.FP32, List.of(task));
  }

  private static void refuses(ActivationTask task, String message) {
    refuses(new Sigmoid(), task, message);
  }

  private static void refuses(Activation activation, ActivationTask task, String message) {
    assertThatThrownBy(() -> check(activation, task))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static void refuses(Reduction reduction, LossTask task, String message) {
    assertThatThrownBy(() -> check(reduction, task))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static ActivationTask task(
      long elements,
      long lastDimension,
      MemorySegment x,
      @Nullable MemorySegment slope,
      @Nullable MemorySegment gradY,
      @Nullable MemorySegment y,
      @Nullable MemorySegment dyDx,
      @Nullable MemorySegment gradX) {
    return new ActivationTask(elements, lastDimension, x, slope, gradY, y, dyDx, gradX);
  }

  private static LossTask loss(
      long elements,
      long labels,
      MemorySegment logits,
      MemorySegment target,
      @Nullable MemorySegment weight,
      @Nullable MemorySegment posWeight,
      @Nullable MemorySegment loss,
      @Nullable MemorySegment gradLogits) {
    return new LossTask(elements, labels, logits, target, weight, posWeight, loss, gradLogits);
  }
}
