package dev.verhulst.service.grpc;

import java.time.Duration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.grpc.server.GrpcServerFactory;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/**
 * The gRPC server, which finishes its calls while the web server finishes its requests: one after
 * the other they would take longer than an orchestrator waits.
 */
final class DrainingGrpcServer extends GrpcServerLifecycle {

  DrainingGrpcServer(
      GrpcServerFactory factory, Duration gracePeriod, ApplicationEventPublisher events) {
    super(factory, gracePeriod, events);
  }

  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
  }

  @Override
  public void stop(Runnable callback) {
    Thread.ofVirtual().name("grpc-shutdown").start(() -> super.stop(callback));
  }
}
