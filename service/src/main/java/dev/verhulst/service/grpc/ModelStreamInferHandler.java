package dev.verhulst.service.grpc;

import dev.verhulst.service.exchange.Inference;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.metrics.RefusedRequests;
import dev.verhulst.service.metrics.RefusedRequests.Protocol;
import dev.verhulst.service.model.ModelCatalogue;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * ModelStreamInfer: a virtual thread per stream, which answers one request after the other. A
 * request that fails does not end its stream; messages for which there is no memory do.
 */
final class ModelStreamInferHandler implements ServerCallHandler<IncomingMessage, OutgoingMessage> {

  private final ServerState state;
  private final ModelCatalogue models;
  private final Inference inference;
  private final RefusedRequests refused;
  private final Set<InferStream> open = ConcurrentHashMap.newKeySet();

  ModelStreamInferHandler(
      ServerState state, ModelCatalogue models, Inference inference, RefusedRequests refused) {
    this.state = state;
    this.models = models;
    this.inference = inference;
    this.refused = refused;
    state.onChange(this::endIfStopping);
  }

  @Override
  public ServerCall.Listener<IncomingMessage> startCall(
      ServerCall<IncomingMessage, OutgoingMessage> call, Metadata headers) {
    Caller caller = new Caller(call, headers);
    InboundMemory.guard(caller);
    InferStream stream = new InferStream(call, caller);
    open.add(stream);
    caller.serve("grpc-stream", () -> serve(stream, caller));
    endIfStopping();
    return stream;
  }

  /** A stream may idle for hours; one that does must not hold up the end of the server. */
  private void endIfStopping() {
    if (state.isStopping()) {
      open.forEach(InferStream::endWhenIdle);
    }
  }

  private void serve(InferStream stream, Caller caller) {
    try (stream) {
      for (IncomingMessage next = stream.next(); next != null; next = stream.next()) {
        answer(next, caller);
      }
      if (stream.isHalfClosed()) {
        caller.end();
      } else {
        caller.end(GrpcErrors.stopping());
      }
    } catch (InterruptedException e) {
      caller.end(caller.interrupted());
    } catch (RuntimeException | Error e) {
      caller.end(GrpcErrors.known(e, "ModelStreamInfer"));
    } finally {
      open.remove(stream);
    }
  }

  private void answer(IncomingMessage message, Caller caller) throws InterruptedException {
    InferRun run = new InferRun(models, inference);
    try {
      run.run(message, caller, System.nanoTime(), true);
    } catch (Exception e) {
      caller.expectThere();
      caller.expectWelcome();
      InferenceException error = GrpcErrors.known(e, "ModelStreamInfer");
      if (!run.isLeftToModel()) {
        refused.count(Protocol.GRPC, error);
      }
      caller.send(InferAnswers.error(run.id(), String.valueOf(error.getMessage())));
    }
  }
}
