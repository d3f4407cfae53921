package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.InferTensorContents;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferInputTensor;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader of request messages against protobuf's own writer. */
class InferFrameReaderTest {

  private static final ModelInferRequest REQUEST =
      ModelInferRequest.newBuilder()
          .setModelName("sigmoid")
          .setModelVersion("1")
          .setId("σ-17")
          .putParameters("string", InferParameter.newBuilder().setStringParam("a").build())
          .putParameters("bool", InferParameter.newBuilder().setBoolParam(true).build())
          .putParameters("int64", InferParameter.newBuilder().setInt64Param(-3).build())
          .putParameters("double", InferParameter.newBuilder().setDoubleParam(0.25).build())
          .putParameters("uint64", InferParameter.newBuilder().setUint64Param(-1).build())
          .addInputs(
              InferInputTensor.newBuilder()
                  .setName("x")
                  .setDatatype("FP32")
                  .addShape(2)
                  .addShape(1L << 40)
                  .setContents(
                      InferTensorContents.newBuilder().addFp32Contents(1).addFp32Contents(-2)))
          .addInputs(
              InferInputTensor.newBuilder()
                  .setName("w")
                  .setDatatype("FP64")
                  .setContents(InferTensorContents.newBuilder().addFp64Contents(0.5)))
          .addOutputs(
              InferRequestedOutputTensor.newBuilder()
                  .setName("y")
                  .putParameters(
                      "classification", InferParameter.newBuilder().setInt64Param(3).build()))
          .addRawInputContents(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5}))
          .addRawInputContents(ByteString.EMPTY)
          .build();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 16, 64, 1000})
  void readsAMessageInPiecesOfAnySize(int pieceSize) {
    ProtobufReader message = new ProtobufReader(pieces(REQUEST.toByteArray(), pieceSize));
    InferFrame frame = InferFrameReader.read(message);

    assertThat(frame.modelName()).isEqualTo("sigmoid");
    assertThat(frame.version()).isEqualTo("1");
    assertThat(frame.id()).isEqualTo("σ-17");
    assertThat(frame.parameters())
        .isEqualTo(
            Map.of(
                "string",
                "a",
                "bool",
                true,
                "int64",
                -3L,
                "double",
                0.25,
                "uint64",
                new BigInteger("18446744073709551615")));
    assertThat(frame.inputs()).extracting(InferFrame.Input::name).containsExactly("x", "w");
    assertThat(frame.inputs().get(0).shape()).containsExactly(2, 1L << 40);
    assertThat(frame.inputs().get(1).shape()).isEmpty();
    assertThat(frame.outputs())
        .containsExactly(new InferFrame.Output("y", Map.of("classification", 3L)));
    assertThat(frame.rawContents())
        .extracting(ProtobufReader.Range::length)
        .containsExactly(5L, 0L);

    MemorySegment x = MemorySegment.ofArray(new float[2]);
    contents(frame, 0).read(message, x);
    assertThat(x.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, -2);
    MemorySegment w = MemorySegment.ofArray(new double[1]);
    contents(frame, 1).read(message, w);
    assertThat(w.toArray(ValueLayout.JAVA_DOUBLE)).containsExactly(0.5);
    byte[] raw = new byte[5];
    long end = message.enter(frame.rawContents().get(0));
    message.copyTo(MemorySegment.ofArray(raw));
    message.leave(end);
    assertThat(raw).containsExactly(1, 2, 3, 4, 5);
  }

  /** Proto2 writers, and some of other languages, do not pack. */
  @Test
  void readsElementsThatAreNotPacked() {
    byte[] contents = {
      0x35,
      0,
      0,
      (byte) 0x80,
      0x3F, // 6: 1.0f
      0x32,
      4,
      0,
      0,
      0,
      0x40, // 6, packed: 2.0f
      0x35,
      0,
      0,
      0x40,
      0x40 // 6: 3.0f
    };
    byte[] request = new byte[contents.length + 4];
    request[0] = 0x2A; // inputs
    request[1] = (byte) (contents.length + 2);
    request[2] = 0x2A; // contents
    request[3] = (byte) contents.length;
    System.arraycopy(contents, 0, request, 4, contents.length);
    ProtobufReader message = new ProtobufReader(pieces(request, 3));
    TypedContents typed = contents(InferFrameReader.read(message), 0);
    assertThat(typed.fp32Count()).isEqualTo(3);
    MemorySegment x = MemorySegment.ofArray(new float[3]);
    typed.read(message, x);
    assertThat(x.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(1, 2, 3);
  }

  @Test
  void refusesEveryMessageThatEndsTooEarly() {
    byte[] whole = REQUEST.toByteArray();
    for (int length = 1; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      try {
        InferFrame frame = InferFrameReader.read(new ProtobufReader(pieces(cut, 11)));
        // Between two fields it is a message of its own.
        assertThat(frame.rawContents().size()).isLessThan(2);
      } catch (InferenceException e) {
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
        assertThat(e).hasMessageStartingWith("failed to parse the request message: ");
      }
    }
  }

  @Test
  void refusesOrReadsAnyBytesAndDoesNothingElse() {
    Random random = new Random(17);
    byte[] whole = REQUEST.toByteArray();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        InferFrameReader.read(new ProtobufReader(pieces(bytes, 1 + random.nextInt(20))));
      } catch (InferenceException e) {
        assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
      }
    }
  }

  @Test
  void refusesMoreInputsThanAnyModelHas() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
    for (int i = 0; i <= 1024; i++) {
      request.addInputs(InferInputTensor.getDefaultInstance());
    }
    byte[] bytes = request.build().toByteArray();
    assertThatThrownBy(() -> InferFrameReader.read(new ProtobufReader(pieces(bytes, 1 << 20))))
        .hasMessage("failed to parse the request message: it has more than 1024 inputs");
  }

  @Test
  void refusesMoreParametersThanAnyRequestHasWhereverTheyAre() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
    for (int i = 0; i < 33; i++) {
      InferInputTensor.Builder input = InferInputTensor.newBuilder();
      for (int j = 0; j < 32; j++) {
        input.putParameters("p" + j, InferParameter.newBuilder().setInt64Param(j).build());
      }
      request.addInputs(input);
    }
    byte[] bytes = request.build().toByteArray();
    assertThatThrownBy(() -> InferFrameReader.read(new ProtobufReader(pieces(bytes, 1 << 20))))
        .hasMessage("failed to parse the request message: it has more than 1024 parameters");
  }

  /** They lie on the heap until the request is answered. */
  @Test
  void refusesMoreTextThanAnyRequestHas() {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder();
    InferParameter text = InferParameter.newBuilder().setStringParam("a".repeat(1000)).build();
    for (int i = 0; i < 66; i++) {
      request.addInputs(InferInputTensor.newBuilder().putParameters("unknown", text));
    }
    byte[] bytes = request.build().toByteArray();
    assertThatThrownBy(() -> InferFrameReader.read(new ProtobufReader(pieces(bytes, 1 << 20))))
        .hasMessage(
            "failed to parse the request message: its names and parameters are longer than 65536 bytes in all");
  }

  private static TypedContents contents(InferFrame frame, int input) {
    return java.util.Objects.requireNonNull(frame.inputs().get(input).contents());
  }

  private static List<MemorySegment> pieces(byte[] bytes, int size) {
    List<MemorySegment> pieces = new ArrayList<>();
    MemorySegment whole = MemorySegment.ofArray(bytes);
    for (int start = 0; start < bytes.length; start += size) {
      pieces.add(whole.asSlice(start, Math.min(size, bytes.length - start)));
    }
    return pieces;
  }
}
