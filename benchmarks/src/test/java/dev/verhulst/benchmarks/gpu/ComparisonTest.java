package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.cuda.kernel.Bound;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** That a comparison finds the one wrong result among many, in every type. */
final class ComparisonTest {

  private static final int COUNT = 100_000;

  @ParameterizedTest
  @CsvSource({"FP16, 0x1p-10", "BF16, 0x1p-7", "FP32, 0x1p-23", "FP64, 0x1p-52"})
  void countsUlpsOfTheType(DataType dataType, String ulp) {
    Comparison comparison = compare(dataType, 1 + 8 * Double.parseDouble(ulp));
    assertThat(comparison.ulps()).isCloseTo(8, Offset.offset(1e-9));
    assertThat(comparison.isRight()).isFalse();
    assertThat(comparison.worst()).startsWith("input 77777: got 1.");
  }

  @ParameterizedTest
  @EnumSource
  void acceptsWhatIsExact(DataType dataType) {
    assertThat(compare(dataType, 1)).isEqualTo(Comparison.NOTHING);
  }

  @ParameterizedTest
  @EnumSource
  void refusesNaNAndInfinity(DataType dataType) {
    assertThat(compare(dataType, Double.NaN).isRight()).isFalse();
    assertThat(compare(dataType, Double.POSITIVE_INFINITY).isRight()).isFalse();
  }

  @Test
  void keepsTheWorstOfSeveral() {
    Comparison small = new Comparison(1, 0.2, "small");
    Comparison large = new Comparison(3, 0.9, "large");
    assertThat(small.and(large)).isEqualTo(large).isEqualTo(large.and(small));
  }

  /** Ones, of which one is something else. */
  private static Comparison compare(DataType dataType, double other) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment results = arena.allocate((long) COUNT * dataType.byteSize(), 8);
      for (int i = 0; i < COUNT; i++) {
        Elements.set(results, dataType, i, i == 77_777 ? other : 1);
      }
      Bound bound = new Bound(3, 0);
      return Comparison.of(results, dataType, COUNT, i -> 1, i -> bound, i -> "input " + i);
    }
  }
}
