package dev.verhulst.service.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.FakeDevice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelBatchersTest {

  private final List<String> asked = new ArrayList<>();
  private final ModelBatchers batchers =
      new ModelBatchers(
          new FakeDevice(),
          model -> {
            asked.add(model);
            return BatchingProperties.defaults(1);
          },
          model -> (requests, batchSize, nanos) -> {},
          System::nanoTime);

  @Test
  void everyModelHasOneQueueOfItsOwn() {
    assertThat(batchers.forModel("sigmoid")).isSameAs(batchers.forModel("sigmoid"));
    assertThat(batchers.forModel("elu")).isNotSameAs(batchers.forModel("sigmoid"));
    assertThat(asked).containsExactly("sigmoid", "elu");
  }

  @Test
  void aModelThatNobodyAskedForHasAnEmptyQueue() {
    assertThat(batchers.queueDepth("relu")).isZero();
    assertThat(asked).isEmpty();
  }
}
