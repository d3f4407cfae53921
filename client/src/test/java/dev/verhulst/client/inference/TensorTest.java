package dev.verhulst.client.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verhulst.client.protocol.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorTest {

  @Test
  void arraysKeepTheirValues() {
    float[] floats = {0f, -0f, 1.5f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
    assertThat(Tensor.of(floats).toFloats()).containsExactly(floats);
    double[] doubles = {0.1, -Double.MAX_VALUE, Double.NaN};
    assertThat(Tensor.of(doubles).toDoubles()).containsExactly(doubles);
    assertThat(Tensor.of(new boolean[] {true, false}).toBooleans()).containsExactly(true, false);
    assertThat(Tensor.of(new int[] {Integer.MIN_VALUE, 7}).toLongs())
        .containsExactly(Integer.MIN_VALUE, 7);
    assertThat(Tensor.of(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}).toLongs())
        .containsExactly(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(Tensor.of(List.of("", "σ(x)", "a\0b")).toStrings())
        .containsExactly("", "σ(x)", "a\0b");
  }

  @Test
  void sixteenBitTensorsRoundToTheNearest() {
    float[] values = {1f, 0.1f, -65504f, 1e30f};
    assertThat(Tensor.fp16(values).toFloats())
        .containsExactly(1f, 0.0999755859375f, -65504f, Float.POSITIVE_INFINITY);
    assertThat(Tensor.bf16(values).toDoubles())
        .containsExactly(1, 0.10009765625, -65536, 0x1.94p99);
  }

  @Test
  void theBytesAreLittleEndian() {
    ByteBuffer bytes = Tensor.of(new int[] {0x01020304}).bytes();
    assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.get(0)).isEqualTo((byte) 4);
    assertThat(bytes.getInt(0)).isEqualTo(0x01020304);
  }

  @ParameterizedTest
  @CsvSource({
    "INT8, -128, 127",
    "INT16, -32768, 32767",
    "INT32, -2147483648, 2147483647",
    "UINT8, 0, 255",
    "UINT16, 0, 65535",
    "UINT32, 0, 4294967295"
  })
  void integersOfEveryWidthHoldTheirRangeAndNoMore(Datatype datatype, long minimum, long maximum) {
    assertThat(Tensor.integers(datatype, new long[] {minimum, maximum, 1}).toLongs())
        .containsExactly(minimum, maximum, 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.integers(datatype, new long[] {maximum + 1}))
        .withMessage("%s holds %d to %d, got %d", datatype, minimum, maximum, maximum + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.integers(datatype, new long[] {minimum - 1}));
  }

  @Test
  void wrappingSharesTheBuffer() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putFloat(1).putFloat(2).putFloat(3).flip().position(4);
    Tensor tensor = Tensor.wrap(Datatype.FP32, buffer, 1, 2);
    assertThat(tensor.bytes().isDirect()).isTrue();
    buffer.putFloat(8, 5);
    assertThat(tensor.toFloats()).containsExactly(2, 5);
    assertThat(buffer.position()).isEqualTo(4);
    assertThat(tensor).hasToString("FP32[1, 2]");
  }

  @Test
  void aBufferInJavasDefaultOrderIsRefusedBeforeItIsSilentlyWrong() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.wrap(Datatype.FP32, ByteBuffer.allocate(4), 1))
        .withMessageContaining("big-endian");
    assertThat(Tensor.wrap(Datatype.UINT8, ByteBuffer.allocate(4), 4).toLongs()).hasSize(4);
  }

  @Test
  void theShapeMustFitTheElements() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessage("FP32[2, 3] has 6 elements of 4 bytes, but was given 20 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(List.of("a"), 2))
        .withMessage("BYTES[2] has 2 elements, but its buffer holds 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[1], -1, -1))
        .withMessageContaining("negative dimension");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[1], 16, (1L << 60) + 2))
        .withMessageContaining("2^63");
    assertThat(Tensor.of(new float[0], 3, 0, 1L << 60).elements()).isZero();
    ByteBuffer one = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(Tensor.wrap(Datatype.FP64, one).elements()).isEqualTo(1);
  }

  @Test
  void byteElementsThatAreCutOffAreRefused() {
    ByteBuffer cut = ByteBuffer.wrap(new byte[] {5, 0, 0, 0, 'a'}).order(ByteOrder.LITTLE_ENDIAN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.wrap(Datatype.BYTES, cut, 1))
        .withMessage("BYTES element 0 is cut off");
  }

  @Test
  void readingAsTheWrongTypeSaysWhatIsThere() {
    Tensor doubles = Tensor.of(new double[] {1});
    assertThatIllegalArgumentException()
        .isThrownBy(doubles::toFloats)
        .withMessage(
            "expected a tensor of FP16, BF16 or FP32; toDoubles() reads FP64, got FP64[1]");
    assertThatIllegalArgumentException().isThrownBy(doubles::toLongs);
    assertThatIllegalArgumentException().isThrownBy(doubles::toBooleans);
    assertThatIllegalArgumentException().isThrownBy(doubles::toStrings);
    assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(new int[1]).toDoubles());
  }
}
