package dev.verhulst.service.model;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import dev.verhulst.service.batching.Computation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binary cross-entropy with logits as a model: inputs {@code logits} and {@code target} of one
 * shape, optionally {@code weight} of the same and {@code pos_weight}, one per label (the last
 * dimension); outputs {@code loss}, of shape [1] unless its reduction is {@code none}, and {@code
 * grad_logits}.
 */
final class LossModel implements Model {

  private static final int LOGITS = 0;
  private static final int TARGET = 1;
  private static final int WEIGHT = 2;
  private static final int POS_WEIGHT = 3;
  private static final int LOSS = 0;
  private static final int GRAD_LOGITS = 1;

  private static final String REDUCTION = "reduction";
  private static final List<Long> TENSOR = List.of(-1L, -1L);
  private static final List<TensorSignature> INPUTS =
      List.of(
          new TensorSignature("logits", TENSOR, true),
          new TensorSignature("target", TENSOR, true),
          new TensorSignature("weight", TENSOR, false),
          new TensorSignature("pos_weight", List.of(-1L), false));
  private static final List<TensorSignature> OUTPUTS =
      List.of(
          new TensorSignature("loss", List.of(-1L), false),
          new TensorSignature("grad_logits", TENSOR, false));

  private final String name;
  private final String version;
  private final Map<String, Object> defaults;

  /**
   * @param name the name that requests call it by
   * @param version the version's number
   * @param defaults the parameters that hold where a request does not say otherwise
   * @throws IllegalArgumentException where the loss has no such parameter, or a value is not valid
   */
  LossModel(String name, String version, Map<String, Object> defaults) {
    this.name = name;
    this.version = version;
    this.defaults = Map.copyOf(defaults);
    reduction(defaults);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String canonicalName() {
    return name;
  }

  @Override
  public List<TensorSignature> inputs() {
    return INPUTS;
  }

  @Override
  public List<TensorSignature> outputs() {
    return OUTPUTS;
  }

  @Override
  public InferencePlan plan(InferenceRequest request) {
    RequestTensors tensors = new RequestTensors(this, request);
    Shape shape = tensors.shape();
    tensors.expectShape(TARGET, shape);
    tensors.expectShape(WEIGHT, shape);
    tensors.expectShape(POS_WEIGHT, Shape.of(shape.lastDimension()));
    Reduction reduction = requestedReduction(request.operatorParameters());
    int[] wanted = tensors.outputs();
    List<PlannedOutput> planned = new ArrayList<>(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      String output = OUTPUTS.get(wanted[i]).name();
      Shape outputShape = wanted[i] == LOSS && reduction != Reduction.NONE ? Shape.of(1) : shape;
      planned.add(tensors.planned(i, output, outputShape));
    }
    return new Plan(
        new BinaryCrossEntropyWithLogits(reduction),
        tensors,
        shape.batchSize(),
        tensors.byteSizes(),
        planned,
        wanted);
  }

  private Reduction requestedReduction(Map<String, Object> parameters) {
    try {
      return reduction(MergedParameters.of(defaults, parameters));
    } catch (IllegalArgumentException e) {
      throw invalidArgument(String.valueOf(e.getMessage()));
    }
  }

  private static Reduction reduction(Map<String, Object> parameters) {
    for (String parameter : parameters.keySet()) {
      if (!parameter.equals(REDUCTION)) {
        throw new IllegalArgumentException(
            "unknown parameter '%s' for model '%s'; it takes %s"
                .formatted(parameter, BinaryCrossEntropyWithLogits.NAME, REDUCTION));
      }
    }
    Object value = parameters.get(REDUCTION);
    return value == null ? Reduction.MEAN : Reduction.of(String.valueOf(value));
  }

  private record Plan(
      BinaryCrossEntropyWithLogits loss,
      RequestTensors tensors,
      long batchSize,
      List<Long> inputByteSizes,
      List<PlannedOutput> outputs,
      int[] wanted)
      implements InferencePlan {

    @Override
    public DataType dataType() {
      return tensors.dataType();
    }

    @Override
    public int overwrittenInput() {
      return -1;
    }

    @Override
    public Computation computation(List<MemorySegment> inputs, List<MemorySegment> outputs) {
      LossTask task =
          new LossTask(
              tensors.shape().elements(),
              tensors.shape().lastDimension(),
              inputs.get(tensors.position(LOGITS)),
              inputs.get(tensors.position(TARGET)),
              input(inputs, WEIGHT),
              input(inputs, POS_WEIGHT),
              output(outputs, LOSS),
              output(outputs, GRAD_LOGITS));
      return new Computation.OfLoss(loss, dataType(), task);
    }

    private @Nullable MemorySegment input(List<MemorySegment> segments, int input) {
      int position = tensors.position(input);
      return position < 0 ? null : segments.get(position);
    }

    private @Nullable MemorySegment output(List<MemorySegment> segments, int output) {
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] == output) {
          return segments.get(i);
        }
      }
      return null;
    }
  }
}
