package dev.verhulst.service.grpc;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.exchange.RequestParameters;
import dev.verhulst.service.exchange.SharedMemoryParameters;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.InputTensor;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.RequestedOutput;
import dev.verhulst.service.model.Shape;
import java.util.function.Supplier;

/** Makes of a message what it asks for. */
final class InferRequests {

  private InferRequests() {}

  /**
   * @throws InferenceException of kind INVALID_ARGUMENT where the message is no request;
   *     UNSUPPORTED where it asks for a part of the protocol that is not there
   */
  static InferenceRequest of(Model model, InferFrame frame) {
    RequestParameters parameters = new RequestParameters(model.name());
    frame.parameters().forEach(parameters::put);
    return new InferenceRequest(
        frame.id(),
        frame.inputs().stream().map(input -> input(model, input)).toList(),
        frame.outputs().stream().map(output -> output(model, output, parameters)).toList(),
        true,
        parameters.operatorParameters(),
        parameters.priority(),
        parameters.timeout());
  }

  private static InputTensor input(Model model, InferFrame.Input input) {
    if (input.name().isEmpty()) {
      throw invalidArgument(
          "an input of the request for model '%s' has no 'name'".formatted(model.name()));
    }
    Supplier<String> described =
        () -> "input '%s' for model '%s'".formatted(input.name(), model.name());
    if (input.datatype().isEmpty()) {
      throw invalidArgument("%s has no 'datatype'".formatted(described.get()));
    }
    try {
      return new InputTensor(
          input.name(),
          input.datatype(),
          Shape.of(input.shape()),
          SharedMemoryParameters.range(input.parameters(), described));
    } catch (IllegalArgumentException e) {
      throw invalidArgument("%s: %s".formatted(described.get(), e.getMessage()));
    }
  }

  private static RequestedOutput output(
      Model model, InferFrame.Output output, RequestParameters parameters) {
    if (output.name().isEmpty()) {
      throw invalidArgument(
          "an output of the request for model '%s' has no 'name'".formatted(model.name()));
    }
    Object classification = output.parameters().get(RequestParameters.CLASSIFICATION);
    return new RequestedOutput(
        output.name(),
        true,
        classification == null ? 0 : parameters.classes(classification),
        SharedMemoryParameters.range(
            output.parameters(),
            () -> "output '%s' for model '%s'".formatted(output.name(), model.name())));
  }
}
