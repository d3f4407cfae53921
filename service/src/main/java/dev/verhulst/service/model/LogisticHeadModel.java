package dev.verhulst.service.model;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.heads.head.LogisticHead;
import dev.verhulst.heads.head.LogisticTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.service.batching.Computation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A logistic head as a model: input {@code x}, [batch, features]; outputs {@code probabilities},
 * {@code logits} and {@code labels}, [batch, labels] each, the last of them BOOL. All others are of
 * the one type that its weights are computed in.
 */
final class LogisticHeadModel implements Model {

  private static final int X = 0;
  private static final int PROBABILITIES = 0;
  private static final int LOGITS = 1;
  private static final int LABELS = 2;

  private final String name;
  private final String version;
  private final LogisticHead head;
  private final List<String> labelNames;
  private final List<TensorSignature> inputs;
  private final List<TensorSignature> outputs;

  /**
   * @param name the name that requests call it by
   * @param version the version's number
   * @param head what computes it; it is closed once the model is used no more
   * @param labelNames what its labels are called; empty where they have no names
   */
  LogisticHeadModel(String name, String version, LogisticHead head, List<String> labelNames) {
    this.name = name;
    this.version = version;
    this.head = head;
    this.labelNames = labelNames;
    Datatype datatype = Datatypes.onTheWire(head.dataType());
    List<Long> shape = List.of(-1L, (long) head.labels());
    inputs =
        List.of(new TensorSignature("x", datatype, List.of(-1L, (long) head.features()), true));
    outputs =
        List.of(
            new TensorSignature("probabilities", datatype, shape, false),
            new TensorSignature("logits", datatype, shape, false),
            new TensorSignature("labels", Datatype.BOOL, shape, false));
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
    return inputs;
  }

  @Override
  public List<TensorSignature> outputs() {
    return outputs;
  }

  /** The CPU's threads share a product; on a GPU copies go on beside it. */
  @Override
  public boolean oneExecutionAtATime() {
    return head.hasManyWeights() && head.deviceKind() == DeviceKind.CPU;
  }

  @Override
  public InferencePlan plan(InferenceRequest request) {
    for (String parameter : request.operatorParameters().keySet()) {
      throw invalidArgument(
          "unknown parameter '%s' for model '%s'; it takes no parameters"
              .formatted(parameter, name));
    }
    RequestTensors tensors = new RequestTensors(this, request, head.dataType());
    Shape shape = tensors.shape();
    if (shape.rank() != 2 || shape.dimension(1) != head.features()) {
      throw invalidArgument(
          "unexpected shape for input 'x' for model '%s'. Expected [-1,%d], got %s"
              .formatted(name, head.features(), shape));
    }
    Shape outputShape = Shape.of(shape.firstDimension(), head.labels());
    int[] wanted = tensors.outputs();
    List<PlannedOutput> planned = new ArrayList<>(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      TensorSignature output = outputs.get(wanted[i]);
      planned.add(tensors.planned(i, output.name(), output.datatype(), outputShape, labelNames));
    }
    return new Plan(head, tensors, tensors.byteSizes(), planned, wanted);
  }

  private record Plan(
      LogisticHead head,
      RequestTensors tensors,
      List<Long> inputByteSizes,
      List<PlannedOutput> outputs,
      int[] wanted)
      implements InferencePlan {

    @Override
    public DataType dataType() {
      return tensors.dataType();
    }

    @Override
    public long batchSize() {
      return tensors.shape().batchSize();
    }

    @Override
    public int overwrittenInput() {
      return -1;
    }

    @Override
    public Computation computation(List<MemorySegment> inputs, List<MemorySegment> outputs) {
      return new Computation.OfHead(
          head,
          new LogisticTask(
              tensors.shape().firstDimension(),
              inputs.get(tensors.position(X)),
              output(outputs, LOGITS),
              output(outputs, PROBABILITIES),
              output(outputs, LABELS)));
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
