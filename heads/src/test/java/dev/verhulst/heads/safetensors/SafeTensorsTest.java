package dev.verhulst.heads.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {

  @TempDir Path directory;

  @Test
  void readsWhatIsWritten() throws Exception {
    Path file = directory.resolve("model.safetensors");
    double[] weights = {1, -2.5, Math.PI, 1e300, -0.0, Double.NaN};
    new SafeTensorsWriter()
        .metadata("made by", "a \"test\"")
        .tensor("weight", ElementType.F64, List.of(2L, 3L), weights)
        .tensor("bias", ElementType.F32, List.of(2L), new double[] {0.5, Math.PI})
        .tensor("none", ElementType.F32, List.of(0L, 7L), new double[0])
        .tensor("scalar", ElementType.F64, List.of(), new double[] {7})
        .write(file);
    try (SafeTensors tensors = SafeTensors.open(file)) {
      assertThat(tensors.names()).containsExactly("weight", "bias", "none", "scalar");
      assertThat(tensors.metadata()).isEqualTo(Map.of("made by", "a \"test\""));
      assertThat(tensors.info("weight").shape()).containsExactly(2L, 3L);
      assertThat(TensorNumbers.read(tensors, "weight")).containsExactly(weights);
      assertThat(TensorNumbers.read(tensors, "bias")).containsExactly(0.5, (float) Math.PI);
      assertThat(TensorNumbers.read(tensors, "none")).isEmpty();
      assertThat(TensorNumbers.read(tensors, "scalar")).containsExactly(7);
      assertThat(tensors.bytes("weight").address() % 8).isZero();
      assertThatThrownBy(() -> tensors.info("gain"))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessage("there is no tensor 'gain'; there are [weight, bias, none, scalar]");
    }
    assertThat(Files.list(directory)).containsExactly(file);
  }

  @Test
  void widensHalfPrecisionExactly() throws Exception {
    ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    data.putShort((short) 0x3c00).putShort((short) 0x0001); // 1 and 2^-24 in FP16
    data.putShort((short) 0x3f80).putShort((short) 0xc049); // 1 and -3.140625 in BF16
    String header =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[4,8]}}";
    try (SafeTensors tensors = SafeTensors.open(file(header, data.array()))) {
      assertThat(TensorNumbers.read(tensors, "h")).containsExactly(1, 0x1p-24);
      assertThat(TensorNumbers.read(tensors, "b")).containsExactly(1, -3.140625);
    }
  }

  /** Headers over eight bytes of data, and why each is refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                                                   | does not begin with '{'
          ` {}`                                                                                | does not begin with '{'
          [1]                                                                                  | does not begin with '{'
          {                                                                                    | not valid JSON
          {}                                                                                   | nothing may be left over
          {} {}                                                                                | goes on after its JSON object
          {"a":1}                                                                              | no object for tensor 'a'
          {"__metadata__":1}                                                                   | '__metadata__' is no object
          {"__metadata__":{"a":1}}                                                             | no string for 'a'
          {"a":{"dtype":"F32","shape":[2]}}                                                    | has no data_offsets
          {"a":{"dtype":"F32","data_offsets":[0,8]}}                                           | has no shape
          {"a":{"shape":[2],"data_offsets":[0,8]}}                                             | has no dtype
          {"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}                               | unknown dtype 'F31'
          {"a":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}                                  | unknown dtype ''
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}                         | unknown key 'x'
          {"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}                                 | no valid shape
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}                              | no valid shape
          {"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}                             | no valid shape
          {"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}                             | no valid shape
          {"a":{"dtype":"F32","shape":[18446744073709551618],"data_offsets":[0,8]}}            | no valid shape
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}           | more bytes than there can be
          {"a":{"dtype":"F32","shape":[4611686018427387904,2],"data_offsets":[0,8]}}           | more bytes than there can be
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                               | needs 12 bytes
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                               | where it begins and where it ends
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}                             | where it begins and where it ends
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}                              | the file is cut short
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                               | after a hole
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}                               | nothing may be left over
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | inside another tensor
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | not valid JSON
          {"a":{"dtype":"F32","shape":[[[[[[2]]]]]],"data_offsets":[0,8]}}                     | no valid shape
          """)
  void refusesABadHeaderWithItsReason(String header, String reason) throws IOException {
    Path file = file(header, new byte[8]);
    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageStartingWith("broken.safetensors: ")
        .hasMessageContaining(reason);
  }

  @Test
  void refusesALengthThatCannotBe() throws IOException {
    Path file = directory.resolve("broken.safetensors");
    Files.write(file, new byte[7]);
    assertThatThrownBy(() -> SafeTensors.open(file)).hasMessageContaining("the file has 7 bytes");
    for (long length : new long[] {-1, Long.MIN_VALUE, 100_000_001, 3}) {
      Files.write(file, lengthAnd(length, new byte[] {'{', '}'}));
      assertThatThrownBy(() -> SafeTensors.open(file))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessageContaining("the header's length is");
    }
  }

  @Test
  void refusesTextThatIsNotUtf8() throws IOException {
    Path file = directory.resolve("broken.safetensors");
    Files.write(file, lengthAnd(4, new byte[] {'{', '"', (byte) 0xff, '}'}));
    assertThatThrownBy(() -> SafeTensors.open(file)).hasMessageContaining("not UTF-8");
  }

  /** Whatever bytes are changed, the file is refused or read; nothing else happens. */
  @Test
  void anyDamageIsRefusedOrHarmless() throws Exception {
    Path file = directory.resolve("whole.safetensors");
    new SafeTensorsWriter()
        .metadata("a", "b")
        .tensor("weight", ElementType.F32, List.of(2L, 3L), new double[6])
        .tensor("bias", ElementType.F64, List.of(2L), new double[2])
        .write(file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    Path damaged = directory.resolve("damaged.safetensors");
    int refused = 0;
    for (int trial = 0; trial < 3000; trial++) {
      byte[] bytes =
          Arrays.copyOf(whole, trial % 3 == 0 ? random.nextInt(whole.length) : whole.length);
      for (int i = 0; i <= trial % 4 && bytes.length > 0; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      try (SafeTensors tensors = SafeTensors.open(damaged)) {
        for (String name : tensors.names()) {
          tensors.bytes(name).toArray(ValueLayout.JAVA_BYTE);
        }
      } catch (SafeTensorsException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  private Path file(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(json.length + data.length).put(json).put(data);
    Path file = directory.resolve("broken.safetensors");
    Files.write(file, lengthAnd(json.length, all.array()));
    return file;
  }

  private static byte[] lengthAnd(long length, byte[] rest) {
    return ByteBuffer.allocate(8 + rest.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(rest)
        .array();
  }
}
