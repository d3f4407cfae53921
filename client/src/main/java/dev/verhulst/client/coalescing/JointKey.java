package dev.verhulst.client.coalescing;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.routing.Route;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What calls must have in common to travel together: everything but the number of their rows, their
 * elements and their identifiers.
 */
record JointKey(
    String model,
    Optional<String> version,
    Map<String, Object> parameters,
    Route route,
    List<Input> inputs,
    List<Output> outputs) {

  /** An input without its rows. */
  record Input(String name, Datatype datatype, List<Long> rowShape) {}

  /** An output without where it goes. */
  record Output(String name, Map<String, Object> parameters) {}

  /** The key of a call; empty where it has to go alone. */
  static Optional<JointKey> of(InferenceRequest request, Route route) {
    boolean partOfSequence =
        request.parameters().keySet().stream().anyMatch(name -> name.startsWith("sequence_"));
    if (!request.independentRows()
        || partOfSequence
        || isClassified(request)
        || route.encoding() == Encoding.RAW
        || rows(request) == 0) {
      return Optional.empty();
    }
    List<Input> inputs = new ArrayList<>();
    request
        .inputs()
        .forEach(
            (name, tensor) -> inputs.add(new Input(name, tensor.datatype(), rowShape(tensor))));
    List<Output> outputs =
        request.outputs().stream()
            .map(output -> new Output(output.name(), output.parameters()))
            .toList();
    return Optional.of(
        new JointKey(
            request.model(), request.version(), request.parameters(), route, inputs, outputs));
  }

  /** Classes are counted within what is a batch item to the server, which a row need not be. */
  private static boolean isClassified(InferenceRequest request) {
    return request.outputs().stream()
        .anyMatch(output -> output.parameters().containsKey("classification"));
  }

  /** How many rows the call has; 0 where its inputs do not agree, or one has none. */
  static long rows(InferenceRequest request) {
    long rows = -1;
    for (Tensor tensor : request.inputs().values()) {
      long[] shape = tensor.shape();
      if (shape.length == 0 || (rows >= 0 && shape[0] != rows)) {
        return 0;
      }
      rows = shape[0];
    }
    return rows;
  }

  private static List<Long> rowShape(Tensor tensor) {
    return Arrays.stream(tensor.shape()).skip(1).boxed().toList();
  }
}
