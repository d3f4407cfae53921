package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HalfTest {

  @Test
  void roundsEveryNumberOfFp16ToItself() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      double value = Half.value((short) bits, DataType.FP16);
      assertThat(Half.round(value, DataType.FP16)).isEqualTo(Double.valueOf(value));
    }
  }

  @Test
  void agreesWithTheJdkOnFloats() {
    for (int bits = 0; bits >= 0 && bits < 0x7f800000; bits += 12_345) {
      float number = Float.intBitsToFloat(bits);
      assertThat(Half.round(number, DataType.FP16))
          .as("%s", number)
          .isEqualTo((double) Float.float16ToFloat(Float.floatToFloat16(number)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x1.01p0, 0x1.00p0", // ties go to even
    "0x1.03p0, 0x1.04p0",
    "0x1.0100000001p0, 0x1.02p0",
    "-0x1.ffp127, -Infinity",
    "0x1.fep127, 0x1.fep127",
    "0x1p-134, 0x0p0",
    "0x1.8p-134, 0x1p-133"
  })
  void roundsToBf16Once(double number, double rounded) {
    assertThat(Half.round(number, DataType.BF16)).isEqualTo(rounded);
  }
}
