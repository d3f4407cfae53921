package dev.verhulst.service.model;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a request, matched against the signature of its model: every name is known and
 * there once, nothing that is required is missing, and all are of one type.
 */
final class RequestTensors {

  private final Model model;
  private final InferenceRequest request;
  private final int[] positions;
  private final DataType dataType;

  RequestTensors(Model model, InferenceRequest request) {
    this(model, request, null);
  }

  /**
   * @param only the type that the model takes; null where it takes all of {@link Datatypes}
   */
  RequestTensors(Model model, InferenceRequest request, @Nullable DataType only) {
    this.model = model;
    this.request = request;
    this.positions = positions(model, request.inputs());
    this.dataType = dataType(model, request.inputs(), positions[0], only);
  }

  DataType dataType() {
    return dataType;
  }

  /** Where an input of the signature stands in the request; -1 where it is not there. */
  int position(int input) {
    return positions[input];
  }

  /** The shape of the first input, which the request always holds. */
  Shape shape() {
    return request.inputs().get(positions[0]).shape();
  }

  /** Checks that an input has a shape, where the request holds it. */
  void expectShape(int input, Shape expected) {
    if (positions[input] < 0) {
      return;
    }
    InputTensor tensor = request.inputs().get(positions[input]);
    if (!tensor.shape().equals(expected)) {
      throw invalidArgument(
          "unexpected shape for input '%s' for model '%s'. Expected %s, got %s"
              .formatted(tensor.name(), model.name(), expected, tensor.shape()));
    }
  }

  /** The sizes in bytes of the request's inputs, in its order. */
  List<Long> byteSizes() {
    List<Long> sizes = new ArrayList<>(request.inputs().size());
    for (InputTensor input : request.inputs()) {
      sizes.add(byteSize(input.name(), input.shape(), dataType.byteSize()));
    }
    return sizes;
  }

  /**
   * An output of the request's type.
   *
   * @param index in {@link #outputs()}
   */
  PlannedOutput planned(int index, String output, Shape shape) {
    return planned(index, output, Datatypes.onTheWire(dataType), shape, List.of());
  }

  /**
   * An output.
   *
   * @param index in {@link #outputs()}
   * @param classNames what the elements of a batch item are called; empty for nothing
   */
  PlannedOutput planned(
      int index, String output, Datatype datatype, Shape shape, List<String> classNames) {
    return new PlannedOutput(
        output,
        datatype,
        shape,
        byteSize(output, shape, datatype.byteSize()),
        binary(index),
        classes(index),
        classNames,
        shared(index));
  }

  private long byteSize(String tensor, Shape shape, int elementSize) {
    long size = shape.elements() * elementSize;
    if (Math.multiplyHigh(shape.elements(), (long) elementSize) != 0 || size < 0) {
      throw invalidArgument(
          "shape %s of tensor '%s' for model '%s' takes more bytes than any tensor can hold"
              .formatted(shape, tensor, model.name()));
    }
    return size;
  }

  /** The outputs that the request asks for, each once, as indices into the signature. */
  int[] outputs() {
    List<RequestedOutput> requested = request.outputs();
    if (requested.isEmpty()) {
      return new int[] {0};
    }
    int[] outputs = new int[requested.size()];
    for (int i = 0; i < outputs.length; i++) {
      String name = requested.get(i).name();
      outputs[i] = find(model.outputs(), name);
      if (outputs[i] < 0) {
        throw invalidArgument(
            "unexpected inference output '%s' for model '%s'; it gives %s"
                .formatted(name, model.name(), names(model.outputs())));
      }
      for (int j = 0; j < i; j++) {
        if (outputs[j] == outputs[i]) {
          throw invalidArgument(
              "output '%s' for model '%s' is requested twice".formatted(name, model.name()));
        }
      }
    }
    return outputs;
  }

  private boolean binary(int output) {
    return request.outputs().isEmpty()
        ? request.binaryByDefault()
        : request.outputs().get(output).binary();
  }

  private int classes(int output) {
    return request.outputs().isEmpty() ? 0 : request.outputs().get(output).classes();
  }

  private @Nullable SharedMemoryRange shared(int output) {
    if (request.outputs().isEmpty()) {
      return null;
    }
    RequestedOutput requested = request.outputs().get(output);
    if (requested.shared() != null && requested.classes() > 0) {
      throw invalidArgument(
          "output '%s' for model '%s' is asked for as classes and in shared memory; classes come in the answer only"
              .formatted(requested.name(), model.name()));
    }
    return requested.shared();
  }

  private static int[] positions(Model model, List<InputTensor> inputs) {
    List<TensorSignature> signature = model.inputs();
    int[] positions = new int[signature.size()];
    Arrays.fill(positions, -1);
    for (int i = 0; i < inputs.size(); i++) {
      String name = inputs.get(i).name();
      int known = find(signature, name);
      if (known < 0) {
        throw invalidArgument(
            "unexpected inference input '%s' for model '%s'; it takes %s"
                .formatted(name, model.name(), names(signature)));
      }
      if (positions[known] >= 0) {
        throw invalidArgument(
            "input '%s' for model '%s' appears twice in the request".formatted(name, model.name()));
      }
      positions[known] = i;
    }
    for (int known = 0; known < positions.length; known++) {
      if (positions[known] < 0 && signature.get(known).required()) {
        throw missing(model, inputs, positions);
      }
    }
    return positions;
  }

  private static InferenceException missing(Model model, List<InputTensor> inputs, int[] found) {
    List<TensorSignature> signature = model.inputs();
    List<String> missing = new ArrayList<>();
    for (int known = 0; known < found.length; known++) {
      if (found[known] < 0 && signature.get(known).required()) {
        missing.add("'" + signature.get(known).name() + "'");
      }
    }
    return invalidArgument(
        "expected %d inputs but got %d inputs for model '%s'. Got input(s) [%s], but missing required input(s) [%s]. Please provide all required input(s)."
            .formatted(
                signature.stream().filter(TensorSignature::required).count(),
                inputs.size(),
                model.name(),
                inputs.stream()
                    .map(input -> "'" + input.name() + "'")
                    .collect(Collectors.joining(",")),
                String.join(",", missing)));
  }

  private static DataType dataType(
      Model model, List<InputTensor> inputs, int first, @Nullable DataType only) {
    InputTensor input = inputs.get(first);
    DataType dataType = Datatypes.find(input.datatype());
    if (only != null && dataType != only) {
      throw invalidArgument(
          "inference input '%s' data-type is '%s', but model '%s' expects '%s'"
              .formatted(input.name(), input.datatype(), model.name(), only));
    }
    if (dataType == null) {
      throw invalidArgument(
          "inference input '%s' data-type is '%s', but model '%s' expects '%s' (%s are accepted too)"
              .formatted(
                  input.name(),
                  input.datatype(),
                  model.name(),
                  Datatypes.DECLARED,
                  Datatypes.others()));
    }
    for (InputTensor other : inputs) {
      if (!other.datatype().equals(input.datatype())) {
        throw invalidArgument(
            "inference input '%s' data-type is '%s', but model '%s' expects '%s', the data-type of input '%s'"
                .formatted(other.name(), other.datatype(), model.name(), dataType, input.name()));
      }
    }
    return dataType;
  }

  private static int find(List<TensorSignature> signature, String name) {
    for (int i = 0; i < signature.size(); i++) {
      if (signature.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static String names(List<TensorSignature> signature) {
    return signature.stream()
        .map(tensor -> "'" + tensor.name() + "'")
        .collect(Collectors.joining(", "));
  }
}
