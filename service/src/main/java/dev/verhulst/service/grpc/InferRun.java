package dev.verhulst.service.grpc;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.exchange.Inference;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.model.ModelUse;
import dev.verhulst.service.model.ServedModel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One inference request over gRPC, from its message to its answer; on the thread that serves it.
 */
final class InferRun {

  private final ModelCatalogue models;
  private final Inference inference;
  private @Nullable String id;
  private boolean leftToModel;

  InferRun(ModelCatalogue models, Inference inference) {
    this.models = models;
    this.inference = inference;
  }

  /** The caller's name for the request, as far as it has been read; or null. */
  @Nullable String id() {
    return id;
  }

  /** Whether the request's model is known, and counts it. */
  boolean isLeftToModel() {
    return leftToModel;
  }

  /**
   * Answers a request, or throws what its answer is to be.
   *
   * @param received when the call began, by {@link System#nanoTime()}
   * @param streamed whether the answer goes out as one of many
   */
  void run(IncomingMessage incoming, Caller caller, long received, boolean streamed)
      throws IOException {
    try (incoming) {
      ProtobufReader message = new ProtobufReader(incoming.pieces());
      InferFrame frame = InferFrameReader.read(message);
      id = frame.id();
      if (frame.modelName().isBlank()) {
        throw invalidArgument("the model name is empty; expected one in model_name");
      }
      try (ModelUse use = models.use(frame.modelName(), frame.version())) {
        ServedModel model = use.served();
        leftToModel = true;
        if (!streamed) {
          caller.leaveToModel();
        }
        inference.run(
            model,
            new GrpcExchange(model.model(), frame, message, incoming, caller, streamed),
            received);
      }
    }
  }
}
