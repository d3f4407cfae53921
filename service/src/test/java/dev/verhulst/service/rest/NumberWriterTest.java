package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Float16;
import dev.verhulst.kernels.DataType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NumberWriterTest {

  private static final int SAMPLES = 1 << 20;

  private final Random random = new Random(1);

  @Test
  void writesFp32LikeTheJdk() throws IOException {
    int[] bits = random.ints(SAMPLES).toArray();
    for (int i = 0; i < 4096; i++) {
      bits[i] = i; // subnormals
      bits[4096 + i] = 0x7F800000 - 2048 + i; // the largest, infinity, NaN
      bits[8192 + i] = (i & 255) << 23 | i >> 8; // powers of two, and what follows them
      bits[12288 + i] = Float.floatToRawIntBits(i / 100f);
      bits[16384 + i] = Float.floatToRawIntBits((float) Math.pow(10, i / 64.0 - 32));
    }
    assertWrites(
        DataType.FP32,
        MemorySegment.ofArray(bits),
        i -> Float.toString(Float.intBitsToFloat(bits[i])));
  }

  @Test
  void writesFp64LikeTheJdk() throws IOException {
    long[] bits = random.longs(SAMPLES).toArray();
    for (int i = 0; i < 4096; i++) {
      bits[i] = i;
      bits[4096 + i] = 0x7FF0000000000000L - 2048 + i;
      bits[8192 + i] = (long) (i & 2047) << 52 | i >> 11;
      bits[12288 + i] = Double.doubleToRawLongBits(i / 100.0);
      bits[16384 + i] = Double.doubleToRawLongBits(Math.pow(10, i / 8.0 - 256));
    }
    assertWrites(
        DataType.FP64,
        MemorySegment.ofArray(bits),
        i -> Double.toString(Double.longBitsToDouble(bits[i])));
  }

  /** Every value, against an exact search for the shortest decimal in the rounding interval. */
  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void writesEveryShortTypeShortestAndClosest(DataType dataType) throws IOException {
    short[] bits = new short[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
    }
    String[] written = write(dataType, MemorySegment.ofArray(bits)).split(",");
    for (int i = 0; i < bits.length; i++) {
      float value = toFloat(dataType, bits[i]);
      if (!Float.isFinite(value)) {
        assertThat(written[i]).isEqualTo(Float.toString(value));
        continue;
      }
      assertThat(fromDouble(dataType, Double.parseDouble(written[i])))
          .as("%s, bits %04x", written[i], i)
          .isEqualTo(bits[i]);
      if (value > 0) {
        assertShortest(dataType, bits[i], new BigDecimal(written[i]));
      }
    }
  }

  /** No decimal of fewer digits reads back as the value, and none of as many digits is closer. */
  private static void assertShortest(DataType dataType, short bits, BigDecimal written) {
    BigDecimal value = new BigDecimal(toFloat(dataType, bits));
    BigDecimal stripped = written.stripTrailingZeros();
    int digits = Math.max(2, stripped.precision());
    BigDecimal step =
        BigDecimal.ONE.movePointLeft(digits - stripped.precision() + stripped.scale());
    for (BigDecimal neighbour : new BigDecimal[] {written.add(step), written.subtract(step)}) {
      if (neighbour.stripTrailingZeros().precision() <= digits
          && fromDouble(dataType, neighbour.doubleValue()) == bits) {
        assertThat(written.subtract(value).abs())
            .as("%s against %s for %s", written, neighbour, value)
            .isLessThanOrEqualTo(neighbour.subtract(value).abs());
      }
    }
    if (digits > 2) {
      BigDecimal coarse = BigDecimal.ONE.movePointLeft(stripped.scale() - 1);
      BigDecimal below = value.divideToIntegralValue(coarse).multiply(coarse);
      for (BigDecimal shorter : new BigDecimal[] {below, below.add(coarse)}) {
        assertThat(fromDouble(dataType, shorter.doubleValue()))
            .as("%s, shorter than %s", shorter, written)
            .isNotEqualTo(bits);
      }
    }
  }

  private static float toFloat(DataType dataType, short bits) {
    return dataType == DataType.FP16 ? Float16.toFloat(bits) : BFloat16.toFloat(bits);
  }

  private static short fromDouble(DataType dataType, double value) {
    return dataType == DataType.FP16 ? Float16.fromDouble(value) : BFloat16.fromDouble(value);
  }

  private static void assertWrites(
      DataType dataType, MemorySegment values, IntFunction<String> expected) throws IOException {
    String[] written = write(dataType, values).split(",");
    assertThat(written).hasSize((int) (values.byteSize() / dataType.byteSize()));
    for (int i = 0; i < written.length; i++) {
      assertThat(written[i]).isEqualTo(expected.apply(i));
    }
  }

  private static String write(DataType dataType, MemorySegment values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tensor = arena.allocate(values.byteSize(), 64);
      MemorySegment.copy(values, 0, tensor, 0, values.byteSize());
      JsonSink sink = new JsonSink(new byte[1000], out);
      new NumberWriter().write(dataType, tensor, sink);
      sink.flush();
    }
    return out.toString(StandardCharsets.US_ASCII);
  }
}
