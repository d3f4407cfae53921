package dev.verhulst.service.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.batching.BatchingProperties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigurationReaderTest {

  @Test
  void anOperatorIsEnough() throws ModelLoadException {
    assertThat(model("operator: sigmoid"))
        .isEqualTo(new ModelConfiguration("sigmoid", Map.of(), new VersionPolicy.Latest(1), null));
  }

  @Test
  void everyKeyIsRead() throws ModelLoadException {
    String yaml =
        """
        operator: leaky_relu
        parameters:
          alpha: 0.1
        version_policy:
          specific: [1, 3]
        batching:
          max_batch_size: 64
          max_batch_elements: 4096
          max_queue_size: 7
          max_queue_delay_microseconds: 100
          preferred_batch_sizes: [8, 16]
          default_priority: 3
          default_timeout_microseconds: 5000
          concurrency: 2
        """;
    assertThat(model(yaml))
        .isEqualTo(
            new ModelConfiguration(
                "leaky_relu",
                Map.of("alpha", 0.1),
                new VersionPolicy.Specific(List.of(1L, 3L)),
                new BatchingProperties(
                    64L, 4096L, 7, 100L, List.of(8L, 16L), 3, Duration.ofMillis(5), 2)));
  }

  @Test
  void jsonIsReadAlike() throws ModelLoadException {
    assertThat(
            model(
                """
                {"operator": "elu", "parameters": {"alpha": 2}, "version_policy": "all"}
                """))
        .isEqualTo(
            new ModelConfiguration("elu", Map.of("alpha", 2), new VersionPolicy.All(), null));
  }

  @Test
  void theNewestVersionsAreCounted() throws ModelLoadException {
    assertThat(model("{operator: elu, version_policy: {latest: 3}}").versionPolicy())
        .isEqualTo(new VersionPolicy.Latest(3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          parameters: {}                            | 'operator' is missing; expected the name of an operator, e.g. sigmoid
          operator: 3                               | 'operator' must be the name of an operator, got '3'
          [1, 2]                                    | expected keys and values, got '[1, 2]'
          {operator: elu, alpha: 2}                 | unknown key 'alpha'; known are batching, operator, parameters, version_policy
          {operator: elu, parameters: 2}            | expected keys and values under parameters, got '2'
          {operator: elu, version_policy: newest}   | 'version_policy' must be all, latest: N or specific: [N, ...], got 'newest'
          {operator: elu, version_policy: {latest: 0}} | latest must be at least 1, got 0
          {operator: elu, version_policy: {specific: []}} | specific must name at least one version
          {operator: elu, batching: {max_batch: 2}} | unknown key 'batching.max_batch'; known are concurrency, default_priority, default_timeout_microseconds, max_batch_elements, max_batch_size, max_queue_delay_microseconds, max_queue_size, preferred_batch_sizes
          {operator: elu, batching: {max_batch_size: 1.5}} | 'batching.max_batch_size' must be an integer, got '1.5'
          {operator: elu, batching: {max_batch_size: 0}} | max-batch-size must be at least 1, got 0
          {operator: elu, batching: {concurrency: 4294967297}} | 'batching.concurrency' must be an integer of at most 2147483647, got '4294967297'
          {operator: elu, operator: relu}           | line 1: found duplicate key operator
          {operator: elu                            | line 1: expected ',' or '}', but got <stream end>
          """)
  void whatIsWrongIsSaid(String text, String message) {
    assertThatThrownBy(() -> model(text))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage("config.yaml: " + message);
  }

  /** Anchors make little text stand for much: in values, in keys, and in messages. */
  @Test
  void aLittleTextStaysLittle() {
    String text = "x".repeat(4_000);
    for (String bomb :
        List.of(
            "{operator: elu, parameters: {a: &a [1, 1], b: &b [*a, *a], c: [*b, *b]}}",
            "{operator: elu, parameters: {? &a [1, 1] : 1, ? [*a, *a] : 2}}",
            "{operator: elu, parameters: {a: &a " + text + ", b: [" + "*a, ".repeat(900) + "1]}}",
            "{operator: [" + text + "]}")) {
      assertThatThrownBy(() -> model(bomb))
          .isInstanceOf(ModelLoadException.class)
          .satisfies(
              refused -> assertThat(String.valueOf(refused.getMessage()).length()).isLessThan(400));
    }
  }

  @Test
  void aTagMakesNoObject() {
    assertThatThrownBy(() -> model("operator: !!java.io.File [/tmp/x]"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("java.io.File");
  }

  @Test
  void aFileThatIsNoTextOrTooLargeIsRefused(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("config.yaml");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> ModelConfigurationReader.readModel(file))
        .hasMessage("config.yaml is not UTF-8 text");

    Files.write(file, " ".repeat((1 << 20) + 1).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ModelConfigurationReader.readModel(file))
        .hasMessage("config.yaml has 1048577 bytes; a configuration has at most 1048576");
  }

  private static ModelConfiguration model(String text) throws ModelLoadException {
    return ModelConfigurationReader.model(text, "config.yaml");
  }
}
