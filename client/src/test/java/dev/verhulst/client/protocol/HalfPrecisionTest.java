package dev.verhulst.client.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * FP16 and BF16, against the formats' definition: every pattern, and every place where rounding
 * changes.
 */
class HalfPrecisionTest {

  /** A 16-bit format, its conversions, and the value of a magnitude's pattern by definition. */
  enum Format {
    FP16(5, 10) {
      @Override
      float toFloat(short bits) {
        return Float16.toFloat(bits);
      }

      @Override
      short fromFloat(float value) {
        return Float16.fromFloat(value);
      }

      @Override
      short fromDouble(double value) {
        return Float16.fromDouble(value);
      }
    },
    BF16(8, 7) {
      @Override
      float toFloat(short bits) {
        return BFloat16.toFloat(bits);
      }

      @Override
      short fromFloat(float value) {
        return BFloat16.fromFloat(value);
      }

      @Override
      short fromDouble(double value) {
        return BFloat16.fromDouble(value);
      }
    };

    final int exponentBits;
    final int fractionBits;
    final int infinity;

    Format(int exponentBits, int fractionBits) {
      this.exponentBits = exponentBits;
      this.fractionBits = fractionBits;
      this.infinity = ((1 << exponentBits) - 1) << fractionBits;
    }

    abstract float toFloat(short bits);

    abstract short fromFloat(float value);

    abstract short fromDouble(double value);

    /** The magnitude by definition; the pattern of infinity as if the format went on. */
    double magnitude(int pattern) {
      int bias = (1 << (exponentBits - 1)) - 1;
      int exponent = pattern >>> fractionBits;
      int fraction = pattern & ((1 << fractionBits) - 1);
      return exponent == 0
          ? Math.scalb((double) fraction, 1 - bias - fractionBits)
          : Math.scalb((double) ((1 << fractionBits) + fraction), exponent - bias - fractionBits);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPatternHasTheValueThatTheFormatDefines(Format format) {
    for (int pattern = 0; pattern < 1 << 15; pattern++) {
      float positive = format.toFloat((short) pattern);
      float negative = format.toFloat((short) (pattern | 0x8000));
      if (pattern > format.infinity) {
        assertThat(positive).isNaN();
        assertThat(negative).isNaN();
      } else {
        double expected =
            pattern == format.infinity ? Double.POSITIVE_INFINITY : format.magnitude(pattern);
        assertThat((double) positive).isEqualTo(expected);
        assertThat(Double.doubleToRawLongBits(negative))
            .isEqualTo(Double.doubleToRawLongBits(-expected));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyPatternSurvivesTheWayThereAndBack(Format format) {
    for (int pattern = 0; pattern < 1 << 16; pattern++) {
      short bits = (short) pattern;
      boolean signallingNaN =
          (pattern & 0x7FFF) > format.infinity && (pattern & (1 << (format.fractionBits - 1))) == 0;
      short expected = signallingNaN ? (short) (pattern | (1 << (format.fractionBits - 1))) : bits;
      assertThat(format.fromFloat(format.toFloat(bits))).isEqualTo(expected);
      assertThat(format.fromDouble(format.toFloat(bits))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyValueBetweenTwoPatternsGoesToTheNearerAndATieToTheEven(Format format) {
    for (int lower = 0; lower < format.infinity; lower++) {
      double middle = (format.magnitude(lower) + format.magnitude(lower + 1)) / 2;
      int even = (lower & 1) == 0 ? lower : lower + 1;
      for (int sign : new int[] {1, -1}) {
        int signBit = sign < 0 ? 0x8000 : 0;
        assertThat(format.fromDouble(sign * middle)).isEqualTo((short) (even | signBit));
        assertThat(format.fromDouble(sign * Math.nextDown(middle)))
            .isEqualTo((short) (lower | signBit));
        assertThat(format.fromDouble(sign * Math.nextUp(middle)))
            .isEqualTo((short) ((lower + 1) | signBit));
        float asFloat = (float) middle;
        if (asFloat == middle) {
          assertThat(format.fromFloat(sign * asFloat)).isEqualTo((short) (even | signBit));
          assertThat(format.fromFloat(sign * Math.nextDown(asFloat)))
              .isEqualTo((short) (lower | signBit));
          assertThat(format.fromFloat(sign * Math.nextUp(asFloat)))
              .isEqualTo((short) ((lower + 1) | signBit));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theExtremesBecomeInfinityOrZeroWithTheirSign(Format format) {
    IntToDoubleFunction fromDouble = i -> format.toFloat(format.fromDouble(i * Double.MAX_VALUE));
    assertThat(fromDouble.applyAsDouble(1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(fromDouble.applyAsDouble(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(format.fromFloat(Float.MAX_VALUE)).isEqualTo((short) format.infinity);
    assertThat(format.fromDouble(Double.MIN_VALUE)).isEqualTo((short) 0);
    assertThat(format.fromDouble(-Double.MIN_VALUE)).isEqualTo((short) 0x8000);
    assertThat(format.fromFloat(-Float.MIN_VALUE)).isEqualTo((short) 0x8000);
    assertThat(format.toFloat(format.fromDouble(Double.NaN))).isNaN();
  }

  @Test
  void fp16AgreesWithTheJdksOwnConversionWhereThereIsOne() throws Throwable {
    MethodHandle jdk;
    try {
      jdk =
          MethodHandles.lookup()
              .findStatic(
                  Float.class, "floatToFloat16", MethodType.methodType(short.class, float.class));
    } catch (NoSuchMethodException e) {
      Assumptions.abort("Float.floatToFloat16 came with JDK 20; this is " + Runtime.version());
      return;
    }
    Random random = new Random(16);
    for (int i = 0; i < 1 << 20; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(value)) {
        assertThat(Float16.fromFloat(value)).isEqualTo((short) jdk.invokeExact(value));
      }
    }
  }
}
