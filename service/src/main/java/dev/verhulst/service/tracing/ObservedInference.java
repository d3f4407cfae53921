package dev.verhulst.service.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An inference that is observed, and the phase that it is in. */
final class ObservedInference implements InferenceTrace {

  private record OpenPhase(Observation observation, PhaseContext context) {}

  private final ObservationRegistry registry;
  private final Observation request;
  private final long epochOffset;
  private final LongSupplier nanoTime;
  private @Nullable OpenPhase open;

  /**
   * @param epochOffset what the clock's readings lack to be nanoseconds since 1970
   */
  ObservedInference(
      ObservationRegistry registry, Observation request, long epochOffset, LongSupplier nanoTime) {
    this.registry = registry;
    this.request = request;
    this.epochOffset = epochOffset;
    this.nanoTime = nanoTime;
  }

  @Override
  public void batchSize(long items) {
    request.highCardinalityKeyValue("batch.size", Long.toString(items));
  }

  @Override
  public void executionBatchSize(long items) {
    request.highCardinalityKeyValue("execution.batch.size", Long.toString(items));
  }

  @Override
  public void enter(Phase phase, long nanoTime) {
    leave(nanoTime);
    PhaseContext context = new PhaseContext(nanoTime + epochOffset);
    open =
        new OpenPhase(
            Observation.createNotStarted("verhulst.phase", () -> context, registry)
                .contextualName(phase.spanName())
                .parentObservation(request)
                .start(),
            context);
  }

  @Override
  public void failed(Throwable error) {
    if (open != null) {
      open.observation().error(error);
    }
    request.error(error);
  }

  @Override
  public void end() {
    leave(nanoTime.getAsLong());
    request.stop();
  }

  private void leave(long nanoTime) {
    OpenPhase left = open;
    if (left != null) {
      left.context().endAt(nanoTime + epochOffset);
      left.observation().stop();
      open = null;
    }
  }
}
