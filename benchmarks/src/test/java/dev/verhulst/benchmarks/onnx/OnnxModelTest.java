package dev.verhulst.benchmarks.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** That ONNX Runtime takes the models and computes right is tested with every contender. */
class OnnxModelTest {

  @Test
  void numbersAreVarintsAndTextHasItsLengthInFront() {
    byte[] encoded =
        new ProtobufMessage()
            .varint(1, 150)
            .string(2, "testing")
            .message(3, new ProtobufMessage().varint(16, 1L << 26))
            .toBytes();

    // The first two are the examples of protobuf's own documentation.
    assertThat(HexFormat.of().formatHex(encoded))
        .isEqualTo("089601" + "120774657374696e67" + "1a06" + "8001" + "80808020");
  }
}
