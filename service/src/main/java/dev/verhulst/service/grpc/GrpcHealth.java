package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.GRPCInferenceServiceGrpc;
import dev.verhulst.service.lifecycle.ServerState;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;

/**
 * gRPC's own health service (https://grpc.io/docs/guides/health-checking/): the server as a whole
 * and the inference service serve while the server is ready.
 */
final class GrpcHealth {

  private final HealthStatusManager manager = new HealthStatusManager();
  private final ServerState state;

  GrpcHealth(ServerState state) {
    this.state = state;
    state.onChange(this::update);
    update();
  }

  /** No key is asked for here, so that nobody may send it messages that are long. */
  BindableService service() {
    return () -> SmallMessages.in(manager.getHealthService().bindService());
  }

  private void update() {
    if (state.isStopping()) {
      manager.enterTerminalState();
      return;
    }
    ServingStatus status = state.isReady() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    manager.setStatus(GRPCInferenceServiceGrpc.SERVICE_NAME, status);
  }
}
