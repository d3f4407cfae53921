package dev.verhulst.service.lifecycle;

import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.device.WarmUp;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/**
 * Moves the {@link ServerState}: ready once the ports are open and the first kernels are fast,
 * stopping as soon as the application is told to stop, before its ports close.
 */
public final class Readiness {

  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

  private final ServerState state;
  private final ServiceDevice device;
  private final Environment environment;
  private final IntSupplier grpcPort;
  private final IntSupplier managementPort;
  private final WarmUp warmUp;
  private final AtomicBoolean announced = new AtomicBoolean();
  private final LongSupplier executions;

  /**
   * @param executions how many executions requests have caused so far
   * @param grpcPort where gRPC is, once the ports are open
   * @param managementPort where metrics are, likewise
   */
  public Readiness(
      ServerState state,
      ServiceDevice device,
      WarmUp warmUp,
      LongSupplier executions,
      Environment environment,
      IntSupplier grpcPort,
      IntSupplier managementPort) {
    this.state = state;
    this.device = device;
    this.environment = environment;
    this.grpcPort = grpcPort;
    this.managementPort = managementPort;
    this.warmUp = warmUp;
    this.executions = executions;
  }

  @EventListener(ApplicationReadyEvent.class)
  void portsAreOpen() {
    warmUp.firstAreFast().thenRun(this::ready);
  }

  @EventListener(ContextClosedEvent.class)
  void stopping() {
    state.markStopping();
  }

  private void ready() {
    state.markReady();
    warmUp.continueInBackground(executions);
    state.onChange(this::announceWhenReady);
    if (state.isServing() && !state.isReady()) {
      LOG.warn(
          "Models are missing, so that the server is not ready (verhulst.strict-readiness); those that"
              + " are there take requests");
    }
    announceWhenReady();
  }

  private void announceWhenReady() {
    if (state.isReady() && announced.compareAndSet(false, true)) {
      announce();
    }
  }

  private void announce() {
    LOG.info(
        "Ready after {} s on {}; http://localhost:{}, gRPC localhost:{}, metrics http://localhost:{}/metrics",
        sinceStart(),
        device.device().description(),
        environment.getProperty("local.server.port"),
        grpcPort.getAsInt(),
        managementPort.getAsInt());
  }

  private static String sinceStart() {
    Instant start = Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
    return "%.1f".formatted(Duration.between(start, Instant.now()).toMillis() / 1000.0);
  }
}
