package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberReaderTest {

  private static final int SAMPLES = 60_000;

  private final Random random = new Random(2);

  @Test
  void readsFp32LikeTheJdk() {
    List<String> numbers = numbers(-50, 38);
    MemorySegment read = read(DataType.FP32, numbers);
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(read.getAtIndex(ValueLayout.JAVA_FLOAT, i))
          .as(numbers.get(i))
          .isEqualTo(Float.parseFloat(numbers.get(i)));
    }
  }

  @Test
  void readsFp64LikeTheJdk() {
    List<String> numbers = numbers(-330, 308);
    MemorySegment read = read(DataType.FP64, numbers);
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(read.getAtIndex(ValueLayout.JAVA_DOUBLE, i))
          .as(numbers.get(i))
          .isEqualTo(Double.parseDouble(numbers.get(i)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void readsTheShortTypesRoundedOnce(DataType dataType) {
    List<String> numbers = numbers(-10, 4);
    // A hair beside the midpoints of neighbouring values, where rounding by way of double errs.
    for (int i = 0; i < 2_000; i++) {
      short bits = (short) random.nextInt(0x0400, 0x7000);
      BigDecimal midpoint =
          value(dataType, bits).add(value(dataType, (short) (bits + 1))).divide(BigDecimal.TWO);
      numbers.add(midpoint.toString());
      BigDecimal hair = midpoint.movePointLeft(30);
      numbers.add(midpoint.add(hair).toString());
      numbers.add(midpoint.subtract(hair).toString());
    }
    MemorySegment read = read(dataType, numbers);
    for (int i = 0; i < numbers.size(); i++) {
      assertNearest(dataType, read.getAtIndex(ValueLayout.JAVA_SHORT, i), numbers.get(i));
    }
  }

  @Test
  void readsNestedArraysWithAllTheirSpaces() {
    String text = "[ [\t[1 ,2],[ ]\n],\r[[3]] , -0 ]";
    MemorySegment read = read(DataType.FP32, text, 4);
    assertThat(read.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1f, 2f, 3f, -0f);
  }

  @ParameterizedTest
  @EnumSource
  void readsTheLiteralsBareAndAsStrings(DataType dataType) {
    String text = "[NaN,Infinity,-Infinity,\"NaN\",\"Infinity\",\"-Infinity\"]";
    MemorySegment read = read(dataType, text, 6);
    for (int i = 0; i < 6; i++) {
      assertThat((Double) asDouble(dataType, read, i))
          .isEqualTo(
              (Double)
                  switch (i % 3) {
                    case 0 -> Double.NaN;
                    case 1 -> Double.POSITIVE_INFINITY;
                    default -> Double.NEGATIVE_INFINITY;
                  });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[1e]",
        "[1e+]",
        "[-]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1,,2]",
        "[0x10]",
        "[1f]",
        "[nan]",
        "[inf]",
        "[NaN",
        "[1",
        "[",
        "[[1]",
        "[true]",
        "[null]",
        "[\"1\"]",
        "[{}]",
        "[--1]",
        "[- 1]",
        "[Inf]",
        "[-Infinit]",
        "[\"NaN]",
        "[1_000]",
        "[1.5.2]",
        "[1e5.2]",
        "['1']",
        "[\u0661]",
        "[00]",
        "[-01]",
        "[NaN1]",
        "[1]]"
      })
  void refusesWhatIsNoNumberInJson(String text) {
    if (text.equals("[1]]")) {
      // What follows the array is not the reader's: the scanner has ended it there.
      assertThat(read(DataType.FP32, text, 1).getAtIndex(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1f);
      return;
    }
    for (DataType dataType : DataType.values()) {
      assertThatThrownBy(() -> read(dataType, text, 1))
          .isInstanceOf(InferenceException.class)
          .hasMessageContaining("input 'x' for model 'm'");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "FP16, 65520",
    "FP16, -1e5",
    "BF16, 3.4e38",
    "FP32, 3.5e38",
    "FP32, -1e99999",
    "FP64, 1e309",
    "FP64, 1e99999999999999999999"
  })
  void refusesWhatIsBeyondTheRange(DataType dataType, String number) {
    assertThatThrownBy(() -> read(dataType, "[1," + number + "]", 2))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("element 1")
        .hasMessageContaining("beyond the range of " + dataType);
  }

  @Test
  void countsItsElements() {
    assertThatThrownBy(() -> read(DataType.FP32, "[1,2]", 3))
        .hasMessageContaining("fewer elements")
        .hasMessageContaining("expected 3, got 2");
    assertThatThrownBy(() -> read(DataType.FP32, "[1,2,3]", 2))
        .hasMessageContaining("more elements")
        .hasMessageContaining("expected 2");
    assertThat(read(DataType.FP32, "[]", 0).byteSize()).isZero();
  }

  @Test
  void holdsNestingAndLengthToTheirLimits() {
    assertThat(read(DataType.FP32, "[".repeat(100) + "1" + "]".repeat(100), 1).byteSize())
        .isEqualTo(4);
    assertThatThrownBy(() -> read(DataType.FP32, "[".repeat(101) + "1" + "]".repeat(101), 1))
        .hasMessageContaining("nested");
    assertThat(asDouble(DataType.FP64, read(DataType.FP64, "[0." + "1".repeat(998) + "]", 1), 0))
        .isEqualTo(1 / 9.0);
    assertThatThrownBy(() -> read(DataType.FP64, "[0." + "1".repeat(999) + "]", 1))
        .hasMessageContaining("longer than 1000");
  }

  /** Numbers of every length and magnitude: shortest, cut, padded, with and without exponents. */
  private List<String> numbers(int leastExponent, int mostExponent) {
    List<String> numbers = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      double magnitude =
          Math.pow(10, leastExponent + random.nextDouble() * (mostExponent - leastExponent));
      double value = i % 3 == 0 ? random.nextGaussian() : magnitude;
      String text =
          switch (i % 6) {
            case 0 -> Double.toString(value);
            case 1 -> Float.toString((float) Math.min(value, 3.4e38));
            case 2 ->
                new BigDecimal(value).round(new MathContext(1 + random.nextInt(25))).toString();
            case 3 -> Long.toString(random.nextLong() >> random.nextInt(64) >> 49);
            case 4 -> new BigDecimal(value).round(new MathContext(40)).toString();
            default -> "%.6f".formatted(random.nextGaussian());
          };
      numbers.add(i % 2 == 0 && !text.startsWith("-") ? "-" + text : text);
    }
    return numbers;
  }

  private static void assertNearest(DataType dataType, short read, String number) {
    BigDecimal exact = new BigDecimal(number).abs();
    short bits = (short) (read & 0x7FFF);
    BigDecimal error = value(dataType, bits).subtract(exact).abs();
    for (int neighbour : new int[] {bits - 1, bits + 1}) {
      if (neighbour < 0 || Float.isInfinite(toFloat(dataType, (short) neighbour))) {
        continue;
      }
      int closer = error.compareTo(value(dataType, (short) neighbour).subtract(exact).abs());
      assertThat(closer).as("%s as %04x", number, read).isLessThanOrEqualTo(0);
      assertThat(closer < 0 || (bits & 1) == 0).as("tie of %s to even", number).isTrue();
    }
    assertThat(read < 0).isEqualTo(number.startsWith("-"));
  }

  private static BigDecimal value(DataType dataType, short bits) {
    return new BigDecimal(toFloat(dataType, bits));
  }

  private static float toFloat(DataType dataType, short bits) {
    return dataType == DataType.FP16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat(bits << 16);
  }

  private static double asDouble(DataType dataType, MemorySegment tensor, int index) {
    return switch (dataType) {
      case FP16, BF16 -> toFloat(dataType, tensor.getAtIndex(ValueLayout.JAVA_SHORT, index));
      case FP32 -> tensor.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case FP64 -> tensor.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
    };
  }

  private static MemorySegment read(DataType dataType, List<String> numbers) {
    return read(dataType, "[" + String.join(",", numbers) + "]", numbers.size());
  }

  private static MemorySegment read(DataType dataType, String text, int elements) {
    byte[] bytes = ("....." + text).getBytes(StandardCharsets.UTF_8);
    MemorySegment native_ = Arena.ofAuto().allocate(bytes.length);
    native_.copyFrom(MemorySegment.ofArray(bytes));
    MemorySegment to = Arena.ofAuto().allocate((long) elements * dataType.byteSize(), 64);
    JsonText json = JsonText.of(BodyPieces.of(native_), new byte[4096]);
    NumberReader.read(json, 5, "input 'x' for model 'm'", elements, dataType, to);
    return to;
  }
}
