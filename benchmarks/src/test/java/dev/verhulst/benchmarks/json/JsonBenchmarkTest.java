package dev.verhulst.benchmarks.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.verhulst.kernels.DataType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JsonBenchmarkTest {

  /** The setup compares what the contenders read, and fails where they differ. */
  @ParameterizedTest
  @EnumSource
  void everyContenderReadsTheSameNumbers(DataType dataType) {
    JsonBenchmark benchmark = new JsonBenchmark();
    benchmark.dataType = dataType;
    assertThatCode(benchmark::prepare).doesNotThrowAnyException();
  }

  @Test
  void aPeerStandsBesideItsRatioToUs() {
    String table =
        JsonComparison.table(Map.of("FP32 readByVerhulst", 20.0, "FP32 readByJackson", 50.0));
    assertThat(table).containsPattern("FP32 +\\| 20\\.0 +\\| 50\\.0 \\(2\\.50\\)");
  }
}
