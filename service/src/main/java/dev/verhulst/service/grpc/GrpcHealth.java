package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.lifecycle.ServerState;
import io.grpc.BindableService;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * gRPC's own health service (https://grpc.io/docs/guides/health-checking/): the server as a whole
 * and the inference service serve while the server is ready.
 */
final class GrpcHealth {

  private final HealthStatusManager manager = new HealthStatusManager();
  private final ServerState state;
  private final OpenWatchers watchers = new OpenWatchers();

  GrpcHealth(ServerState state) {
    this.state = state;
    state.onChange(this::update);
    update();
  }

  /** No key is asked for here, so that nobody may send it messages that are long. */
  BindableService service() {
    return () ->
        SmallMessages.in(
            ServerInterceptors.intercept(manager.getHealthService().bindService(), watchers));
  }

  private void update() {
    if (state.isStopping()) {
      manager.enterTerminalState();
      watchers.end();
      return;
    }
    ServingStatus status = state.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    manager.setStatus(GRPCInferenceServiceGrpc.SERVICE_NAME, status);
  }

  /** The open calls of Watch. They would go on for ever, and hold up the end of the server. */
  private static final class OpenWatchers implements ServerInterceptor {

    private final Set<ServerCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      if (!call.getMethodDescriptor()
          .getFullMethodName()
          .equals(HealthGrpc.getWatchMethod().getFullMethodName())) {
        return next.startCall(call, headers);
      }
      ServerCall.Listener<Q> listener = next.startCall(call, headers);
      open.add(call);
      if (ended) {
        end();
      }
      return new SimpleForwardingServerCallListener<>(listener) {
        @Override
        public void onCancel() {
          open.remove(call);
          super.onCancel();
        }

        @Override
        public void onComplete() {
          open.remove(call);
          super.onComplete();
        }
      };
    }

    void end() {
      ended = true;
      for (ServerCall<?, ?> call : open) {
        if (open.remove(call)) {
          InferenceException stopping = GrpcErrors.stopping();
          call.close(GrpcErrors.status(stopping), GrpcErrors.trailers(stopping));
        }
      }
    }
  }
}
