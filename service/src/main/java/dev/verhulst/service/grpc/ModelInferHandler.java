package dev.verhulst.service.grpc;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.exchange.Inference;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.model.ModelCatalogue;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** ModelInfer: a virtual thread per call, from the moment on at which its message is there. */
final class ModelInferHandler implements ServerCallHandler<IncomingMessage, OutgoingMessage> {

  private final ServerState state;
  private final ModelCatalogue models;
  private final Inference inference;

  ModelInferHandler(ServerState state, ModelCatalogue models, Inference inference) {
    this.state = state;
    this.models = models;
    this.inference = inference;
  }

  @Override
  public ServerCall.Listener<IncomingMessage> startCall(
      ServerCall<IncomingMessage, OutgoingMessage> call, Metadata headers) {
    Caller caller = new Caller(call, headers);
    if (state.isStopping()) {
      caller.end(GrpcErrors.stopping());
      return new ServerCall.Listener<>() {};
    }
    InboundMemory.guard(caller);
    // A second message is an error; who would not ask for it would not hear of it.
    call.request(2);
    return new Call(caller);
  }

  private final class Call extends ServerCall.Listener<IncomingMessage> {

    private final Caller caller;
    private final long received = System.nanoTime();
    private @Nullable IncomingMessage message;
    private boolean served;

    Call(Caller caller) {
      this.caller = caller;
    }

    @Override
    public void onMessage(IncomingMessage incoming) {
      if (message == null) {
        message = incoming;
      } else {
        incoming.close();
        caller.refuse(invalidArgument("ModelInfer takes one message, got more"));
      }
    }

    @Override
    public void onHalfClose() {
      IncomingMessage incoming = message;
      if (incoming == null) {
        caller.refuse(invalidArgument("ModelInfer takes one message, got none"));
      } else {
        served = caller.serve("grpc-infer", () -> serve(incoming));
      }
    }

    @Override
    public void onCancel() {
      caller.leave();
      closeUnlessServed();
    }

    @Override
    public void onComplete() {
      caller.complete();
      closeUnlessServed();
    }

    private void closeUnlessServed() {
      if (message != null && !served) {
        message.close();
      }
    }

    @Override
    public void onReady() {
      caller.ready();
    }

    private void serve(IncomingMessage incoming) {
      try {
        new InferRun(models, inference).run(incoming, caller, received, false);
        caller.end();
      } catch (IOException | RuntimeException | Error e) {
        caller.end(GrpcErrors.known(e, "ModelInfer"));
      }
    }
  }
}
