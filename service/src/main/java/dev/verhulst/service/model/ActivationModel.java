package dev.verhulst.service.model;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.PRelu;
import dev.verhulst.kernels.activation.Softmax;
import dev.verhulst.service.batching.Computation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An activation as a model: input {@code x} of any shape, for PReLU {@code slope}, optionally
 * {@code grad_y}; outputs {@code y}, {@code dy_dx} and {@code grad_x} = {@code grad_y} · dy/dx.
 */
final class ActivationModel implements Model {

  private static final int X = 0;
  private static final int Y = 0;
  private static final int DY_DX = 1;
  private static final int GRAD_X = 2;

  private final String name;
  private final String version;
  private final String canonicalName;
  private final ActivationDescriptor descriptor;
  private final Map<String, Object> defaults;
  private final Activation withDefaults;
  private final List<TensorSignature> inputs;
  private final List<TensorSignature> outputs;
  private final int slope;
  private final int gradY;

  /**
   * @param name the name that requests call it by
   * @param version the version's number
   * @param canonicalName the name that its queue and its metrics go by
   * @param defaults the parameters that hold where a request does not say otherwise
   * @throws IllegalArgumentException where the activation has no such parameter, or a value is not
   *     valid
   */
  ActivationModel(
      String name,
      String version,
      String canonicalName,
      ActivationDescriptor descriptor,
      Map<String, Object> defaults) {
    this.name = name;
    this.version = version;
    this.canonicalName = canonicalName;
    this.descriptor = descriptor;
    this.defaults = Map.copyOf(defaults);
    this.withDefaults = descriptor.create(defaults);
    // Rows and channels are what these two are defined over, so the last dimension is declared.
    List<Long> shape =
        withDefaults instanceof PRelu || withDefaults instanceof Softmax
            ? List.of(-1L, -1L)
            : List.of(-1L);
    List<TensorSignature> takes = new ArrayList<>();
    takes.add(new TensorSignature("x", shape, true));
    if (withDefaults instanceof PRelu) {
      takes.add(new TensorSignature("slope", List.of(-1L), true));
    }
    takes.add(new TensorSignature("grad_y", shape, false));
    this.inputs = List.copyOf(takes);
    this.slope = withDefaults instanceof PRelu ? 1 : -1;
    this.gradY = takes.size() - 1;
    this.outputs =
        List.of(
            new TensorSignature("y", shape, false),
            new TensorSignature("dy_dx", shape, false),
            new TensorSignature("grad_x", shape, false));
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
    return canonicalName;
  }

  @Override
  public List<TensorSignature> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSignature> outputs() {
    return outputs;
  }

  @Override
  public InferencePlan plan(InferenceRequest request) {
    RequestTensors tensors = new RequestTensors(this, request);
    Shape shape = tensors.shape();
    tensors.expectShape(gradY, shape);
    if (slope >= 0) {
      tensors.expectShape(slope, Shape.of(shape.lastDimension()));
    }
    int[] wanted = tensors.outputs();
    List<PlannedOutput> planned = new ArrayList<>(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      String output = outputs.get(wanted[i]).name();
      if (wanted[i] == GRAD_X && tensors.position(gradY) < 0) {
        throw invalidArgument(
            "output 'grad_x' for model '%s' needs input 'grad_y', which the request does not hold"
                .formatted(name));
      }
      planned.add(tensors.planned(i, output, shape));
    }
    return new Plan(
        activation(request.operatorParameters(), tensors.dataType()),
        tensors,
        tensors.dataType(),
        shape.batchSize(),
        tensors.byteSizes(),
        planned,
        wanted);
  }

  /** As it is computed in the type, so that requests that mean the same share a launch. */
  private Activation activation(Map<String, Object> parameters, DataType dataType) {
    try {
      Activation activation =
          parameters.isEmpty()
              ? withDefaults
              : descriptor.create(MergedParameters.of(defaults, parameters));
      return activation instanceof ElementwiseActivation elementwise
          ? elementwise.in(dataType)
          : activation;
    } catch (IllegalArgumentException e) {
      throw invalidArgument(String.valueOf(e.getMessage()));
    }
  }

  private final class Plan implements InferencePlan {

    private final Activation activation;
    private final RequestTensors tensors;
    private final DataType dataType;
    private final long batchSize;
    private final List<Long> inputByteSizes;
    private final List<PlannedOutput> planned;
    private final int[] wanted;

    Plan(
        Activation activation,
        RequestTensors tensors,
        DataType dataType,
        long batchSize,
        List<Long> inputByteSizes,
        List<PlannedOutput> planned,
        int[] wanted) {
      this.activation = activation;
      this.tensors = tensors;
      this.dataType = dataType;
      this.batchSize = batchSize;
      this.inputByteSizes = inputByteSizes;
      this.planned = planned;
      this.wanted = wanted;
    }

    @Override
    public DataType dataType() {
      return dataType;
    }

    @Override
    public long batchSize() {
      return batchSize;
    }

    @Override
    public List<Long> inputByteSizes() {
      return inputByteSizes;
    }

    @Override
    public List<PlannedOutput> outputs() {
      return planned;
    }

    @Override
    public int overwrittenInput() {
      return wanted.length == 1 ? tensors.position(X) : -1;
    }

    @Override
    public Computation computation(List<MemorySegment> inputs, List<MemorySegment> outputs) {
      boolean backward = segment(outputs, GRAD_X) != null;
      ActivationTask task =
          new ActivationTask(
              tensors.shape().elements(),
              tensors.shape().lastDimension(),
              inputs.get(tensors.position(X)),
              slope < 0 ? null : inputs.get(tensors.position(slope)),
              backward ? inputs.get(tensors.position(gradY)) : null,
              segment(outputs, Y),
              segment(outputs, DY_DX),
              segment(outputs, GRAD_X));
      return new Computation.OfActivation(activation, dataType, task);
    }

    private @Nullable MemorySegment segment(List<MemorySegment> segments, int output) {
      for (int i = 0; i < wanted.length; i++) {
        if (wanted[i] == output) {
          return segments.get(i);
        }
      }
      return null;
    }
  }
}
