package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.accuracy.LossInputs;
import dev.verhulst.kernels.cuda.KernelEntries;
import dev.verhulst.kernels.cuda.kernel.Bound;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loss in one type against its definition in double, with and without each kind of weight: the
 * losses and gradients of all elements, and their sums and means.
 */
final class LossAccuracy {

  private static final double DEFINITION_ULPS = 6;
  private static final int LARGEST = 1 << 16;

  /** Two of results for each of three reductions, and four of inputs for each. */
  private static final int TENSORS = 18;

  private static final List<Integer> SIZES = List.of(1, 255, 4099, LARGEST);

  private final DataType dataType;
  private final int samples;
  private final List<Integer> sizes = new ArrayList<>();
  private final List<Comparison> elements = new ArrayList<>();
  private final List<Comparison> sums = new ArrayList<>();

  LossAccuracy(DataType dataType, int samples) {
    this.dataType = dataType;
    this.samples = samples;
  }

  /** Runs the kernels and compares: a row for each of the two. */
  List<Map<String, Object>> check(Device device, String target, KernelRuns runs) {
    for (int size : SIZES) {
      if (size <= samples) {
        for (boolean weight : new boolean[] {false, true}) {
          for (boolean posWeight : new boolean[] {false, true}) {
            sizes.add(size);
            check(device, LossInputs.sampled(size, dataType, weight, posWeight));
          }
        }
      }
    }
    KernelRow rows = new KernelRow(BinaryCrossEntropyWithLogits.NAME, target, dataType, runs);
    return List.of(
        rows.of(KernelEntries.loss(dataType), sizes, elements),
        rows.of(KernelEntries.lossReduction(dataType), sizes, sums));
  }

  private void check(Device device, LossInputs inputs) {
    int count = inputs.count();
    try (DeviceTensors tensors =
        new DeviceTensors(device, dataType, TENSORS, (long) TENSORS * count)) {
      double more = dataType == DataType.FP64 ? DEFINITION_ULPS : 0;
      Bound ofLoss = new Bound(4, 0).plusUlps(more);
      Comparison worst = Comparison.NOTHING;
      Comparison worstSum = Comparison.NOTHING;
      double exactSum = 0;
      for (int i = 0; i < count; i++) {
        exactSum += inputs.element(i).loss();
      }
      for (Reduction reduction : Reduction.values()) {
        boolean each = reduction == Reduction.NONE;
        MemorySegment loss = tensors.empty(each ? count : 1);
        MemorySegment gradient = tensors.empty(count);
        device.run(
            new BinaryCrossEntropyWithLogits(reduction),
            dataType,
            List.of(task(tensors, inputs, loss, gradient)));
        double scale = reduction == Reduction.MEAN ? 1.0 / count : 1;
        worst =
            worst.and(
                Comparison.of(
                    gradient,
                    dataType,
                    count,
                    i -> scale * inputs.element(i).gradient(),
                    i -> ofGradient(inputs.element(i)).plusUlps(more),
                    i -> "gradient of " + inputs.element(i)));
        if (each) {
          worst =
              worst.and(
                  Comparison.of(
                      loss,
                      dataType,
                      count,
                      i -> inputs.element(i).loss(),
                      i -> ofLoss,
                      i -> "loss of " + inputs.element(i)));
        } else {
          double exact = scale * exactSum;
          Bound bound = new Bound(dataType == DataType.FP64 ? 64 : 5, 0);
          worstSum =
              worstSum.and(
                  Comparison.of(
                      loss, dataType, 1, i -> exact, i -> bound, i -> reduction + " of " + count));
        }
      }
      elements.add(worst);
      sums.add(worstSum);
    }
  }

  private Bound ofGradient(LossInputs.Element element) {
    return Bound.ofDerivative(dataType).times(element.weight() * Math.max(1, element.posWeight()));
  }

  private LossTask task(
      DeviceTensors tensors, LossInputs inputs, MemorySegment loss, MemorySegment gradient) {
    return new LossTask(
        inputs.count(),
        inputs.count(),
        tensor(tensors, inputs.logits()),
        tensor(tensors, inputs.target()),
        optionalTensor(tensors, inputs.weight()),
        optionalTensor(tensors, inputs.posWeight()),
        loss,
        gradient);
  }

  private static MemorySegment tensor(DeviceTensors tensors, double[] numbers) {
    return tensors.of(numbers, 0, numbers.length);
  }

  private static @Nullable MemorySegment optionalTensor(
      DeviceTensors tensors, double @Nullable [] numbers) {
    return numbers == null ? null : tensor(tensors, numbers);
  }
}
