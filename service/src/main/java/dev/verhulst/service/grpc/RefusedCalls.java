package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.metrics.RefusedRequests;
import dev.verhulst.service.metrics.RefusedRequests.Protocol;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/**
 * Counts the calls that were refused and that no model counts, by whomever: the transport refuses
 * calls, too. Thread-safe.
 */
final class RefusedCalls extends ServerStreamTracer.Factory {

  private static final Context.Key<Call> CALL = Context.key("dev.verhulst.refused");

  private final RefusedRequests refused;

  RefusedCalls(RefusedRequests refused) {
    this.refused = refused;
  }

  /** Leaves the call of a context to its model to count, whatever becomes of it. */
  static void leaveToModel(Context context) {
    CALL.get(context).leftToModel = true;
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return new Call();
  }

  private final class Call extends ServerStreamTracer {

    private volatile boolean leftToModel;

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CALL, this);
    }

    @Override
    public void streamClosed(Status status) {
      if (leftToModel || status.isOk()) {
        return;
      }
      if (status.getCause() instanceof InferenceException error) {
        refused.count(Protocol.GRPC, error);
      } else {
        refused.count(Protocol.GRPC, kind(status.getCode()));
      }
    }
  }

  /** What a status stands for that the transport has given: the most general kind. */
  private static ErrorKind kind(Status.Code code) {
    ErrorKind found = ErrorKind.INTERNAL;
    for (ErrorKind kind : ErrorKind.values()) {
      if (kind.grpcStatus() == code.value()) {
        found = kind;
      }
    }
    return found;
  }
}
