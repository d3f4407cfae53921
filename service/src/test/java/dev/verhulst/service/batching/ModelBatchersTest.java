package dev.verhulst.service.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelBatchersTest {

  private static final ExecutionListener NOBODY = (requests, batchSize, nanos) -> {};

  private final ModelBatchers batchers = new ModelBatchers(new FakeDevice(), System::nanoTime);

  @Test
  void everyQueueIsOneOfItsOwn() {
    assertThat(open("sigmoid")).isNotSameAs(open("sigmoid"));
    assertThat(open("sigmoid").depth()).isZero();
  }

  @Test
  void everyQueueRefusesRequestsOnceTheServerStops() {
    Batcher before = open("before");
    batchers.close();
    for (Batcher batcher : new Batcher[] {before, open("after")}) {
      assertThatThrownBy(() -> batcher.execute(request()))
          .isInstanceOfSatisfying(
              InferenceException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE));
    }
  }

  private Batcher open(String model) {
    return batchers.open(model, BatchingProperties.defaults(1), NOBODY);
  }

  private static BatchRequest request() {
    MemorySegment x = Arena.ofAuto().allocate(4, 64);
    ActivationTask task = new ActivationTask(1, 1, x, null, null, x, null, null);
    return new BatchRequest(
        new Computation.OfActivation(
            Activations.find("relu").orElseThrow().create(Map.of()), DataType.FP32, task),
        1,
        0,
        Duration.ZERO);
  }
}
