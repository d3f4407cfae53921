package dev.verhulst.service.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class BatchingPropertiesTest {

  private static final BatchingPolicy DEFAULTS =
      new BatchingPolicy(
          Long.MAX_VALUE, 1_048_576, 1024, Duration.ZERO, List.of(), 2, Duration.ofSeconds(30), 4);

  @Test
  void hasDefaults() {
    assertThat(policy("sigmoid", Map.of())).isEqualTo(DEFAULTS);
  }

  @Test
  void isReadByName() {
    assertThat(
            policy(
                "sigmoid",
                Map.of(
                    "verhulst.batching.max-batch-size", "64",
                    "verhulst.batching.max-batch-elements", "1000",
                    "verhulst.batching.max-queue-size", "5",
                    "verhulst.batching.max-queue-delay-microseconds", "250",
                    "verhulst.batching.preferred-batch-sizes", "32,8",
                    "verhulst.batching.default-priority", "7",
                    "verhulst.batching.default-timeout", "2s",
                    "verhulst.batching.concurrency", "1")))
        .isEqualTo(
            new BatchingPolicy(
                64,
                1000,
                5,
                Duration.ofNanos(250_000),
                List.of(8L, 32L),
                7,
                Duration.ofSeconds(2),
                1));
  }

  @Test
  void aModelOverridesWhatItNamesAndNothingElse() {
    Map<String, String> values =
        Map.of(
            "verhulst.batching.max-queue-size", "5",
            "verhulst.batching.concurrency", "3",
            "verhulst.models.log_sigmoid.batching.max-queue-size", "6");

    assertThat(policy("log_sigmoid", values).maxQueueSize()).isEqualTo(6);
    assertThat(policy("log_sigmoid", values).concurrency()).isEqualTo(3);
    assertThat(policy("sigmoid", values).maxQueueSize()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "max-batch-size, 0, must be at least 1",
    "max-batch-elements, 0, must be at least 1",
    "max-queue-size, 0, must be at least 1",
    "max-queue-delay-microseconds, -1, must be at least 0",
    "preferred-batch-sizes, 0, must be at least 1",
    "default-priority, 0, must be at least 1",
    "default-timeout, 0s, must be positive",
    "concurrency, 0, must be at least 1"
  })
  void valuesOutOfRangeAreRefused(String name, String value, String reason) {
    assertThatThrownBy(() -> policy("sigmoid", Map.of("verhulst.batching." + name, value)))
        .isInstanceOf(BindException.class)
        .rootCause()
        .hasMessageStartingWith(name + " " + reason + ", got ");
  }

  @Test
  void aPreferredSizeThatCouldNeverBeReachedIsRefused() {
    assertThatThrownBy(
            () ->
                policy(
                    "sigmoid",
                    Map.of(
                        "verhulst.batching.max-batch-size", "8",
                        "verhulst.batching.preferred-batch-sizes", "4,16")))
        .rootCause()
        .hasMessage("preferred-batch-sizes must not exceed max-batch-size (8), got 16");
  }

  @Test
  void aModelWhoseExecutionsUseTheWholeDeviceHasOneAtATimeUnlessASettingSaysOtherwise() {
    assertThat(policy("head", true, Map.of()).concurrency()).isEqualTo(1);
    assertThat(
            policy("head", true, Map.of("verhulst.models.head.batching.concurrency", "3"))
                .concurrency())
        .isEqualTo(3);
    assertThat(policy("head", true, Map.of("verhulst.batching.concurrency", "2")).concurrency())
        .isEqualTo(2);
  }

  private static BatchingPolicy policy(String model, Map<String, String> values) {
    return policy(model, false, values);
  }

  private static BatchingPolicy policy(
      String model, boolean oneAtATime, Map<String, String> values) {
    Binder binder = new Binder(new MapConfigurationPropertySource(values));
    return binder
        .bindOrCreate("verhulst", ModelsProperties.class)
        .policies(binder.bindOrCreate("verhulst.batching", BatchingProperties.class), 4)
        .policy(model, oneAtATime, null);
  }
}
