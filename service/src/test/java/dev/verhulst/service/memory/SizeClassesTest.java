package dev.verhulst.service.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeClassesTest {

  @ParameterizedTest
  @CsvSource({
    "0, 1024",
    "1024, 1024",
    "1025, 1280",
    "1280, 1280",
    "1281, 1536",
    "1793, 2048",
    "2048, 2048",
    "2049, 2560",
    "1048577, 1310720",
    "2147483649, 2684354560"
  })
  void aSizeIsRoundedUpToAQuarterStep(long byteSize, long capacity) {
    assertThat(SizeClasses.capacity(SizeClasses.of(byteSize))).isEqualTo(capacity);
  }

  @Test
  void classesAscendWithoutAGap() {
    for (int sizeClass = 0; sizeClass < 150; sizeClass++) {
      long capacity = SizeClasses.capacity(sizeClass);
      assertThat(SizeClasses.of(capacity)).isEqualTo(sizeClass);
      assertThat(SizeClasses.of(capacity + 1)).isEqualTo(sizeClass + 1);
    }
  }

  @Test
  void everySizeFitsAndWastesAFifthAtMost() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    for (int i = 0; i < 100_000; i++) {
      long byteSize = random.nextLong(1024, 1L << random.nextInt(11, 45));
      assertThat(SizeClasses.capacity(SizeClasses.of(byteSize)))
          .isBetween(byteSize, byteSize + byteSize / 4 + 1);
    }
  }
}
