package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.ProtocolException;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the client makes of answers, in every encoding, right and wrong. */
class AnswersFromTheWireTest {

  private FakeServer server;
  private VerhulstClient client;

  @BeforeEach
  void start() {
    server = new FakeServer();
    client = VerhulstClient.connect(server.url());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private InferenceResponse infer(Reply reply) {
    server.reply(reply);
    return client.infer(request().build());
  }

  private static InferenceRequest.Builder request() {
    return InferenceRequest.builder("m").input("x", Tensor.of(new float[] {0}));
  }

  private static String output(String name, String datatype, String shape, String rest) {
    return "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,%s}"
        .formatted(name, datatype, shape, rest);
  }

  private static String answer(String... outputs) {
    return "{\"model_name\":\"m\",\"outputs\":[" + String.join(",", outputs) + "]}";
  }

  private static String size(int bytes) {
    return "\"parameters\":{\"binary_data_size\":" + bytes + "}";
  }

  @Test
  void binaryOutputsOfSeveralDatatypes() {
    byte[] tensors = new byte[20];
    ByteBuffer.wrap(tensors)
        .put(BytesOf.floats(1, 2))
        .put(BytesOf.doubles(3))
        .put(new byte[] {1, 0, (byte) 255, 127});
    InferenceResponse response =
        infer(
            Reply.binary(
                "{\"id\":\"7\",\"model_name\":\"m\",\"model_version\":\"2\","
                    + "\"parameters\":{\"a\":1,\"b\":\"c\",\"d\":0.5,\"e\":true},\"outputs\":["
                    + String.join(
                        ",",
                        output("y", "FP32", "[2,1]", size(8)),
                        output("none", "FP16", "[0,3]", size(0)),
                        output("z", "FP64", "[]", size(8)),
                        output("b", "BOOL", "[2]", size(2)),
                        output("i", "INT8", "[2]", size(2)))
                    + "]}",
                tensors));
    assertThat(response.output("y").toFloats()).containsExactly(1, 2);
    assertThat(response.output("y").shape()).containsExactly(2, 1);
    assertThat(response.output("none").toFloats()).isEmpty();
    assertThat(response.output("z").toDoubles()).containsExactly(3);
    assertThat(response.output("b").toBooleans()).containsExactly(true, false);
    assertThat(response.output("i").toLongs()).containsExactly(-1, 127);
    assertThat(response.id()).isEqualTo("7");
    assertThat(response.modelVersion()).isEqualTo("2");
    assertThat(response.parameters())
        .containsEntry("a", 1L)
        .containsEntry("b", "c")
        .containsEntry("d", 0.5)
        .containsEntry("e", true);
  }

  @Test
  void aServerThatAnswersInJsonThoughBinaryWasAsked() {
    InferenceResponse response =
        infer(
            Reply.json(
                answer(
                    output("y", "FP32", "[2,2]", "\"data\":[[1,2.5],[NaN,-Infinity]]"),
                    output("s", "FP64", "[3]", "\"data\":[\"NaN\",\"Infinity\",\"-Infinity\"]"),
                    output("h", "FP16", "[2]", "\"data\":[0.1,1]"),
                    output("b", "BF16", "[1]", "\"data\":[0.1]"),
                    output("t", "BOOL", "[3]", "\"data\":[true,false,1]"),
                    output("u", "UINT64", "[1]", "\"data\":[18446744073709551615]"),
                    output("l", "INT64", "[1]", "\"data\":[-9223372036854775808]"),
                    output("c", "BYTES", "[2]", "\"data\":[\"0.98:3\",\"σ\"]"))));
    assertThat(response.output("y").toFloats())
        .containsExactly(1, 2.5f, Float.NaN, Float.NEGATIVE_INFINITY);
    assertThat(response.output("s").toDoubles())
        .containsExactly(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    assertThat(response.output("h").toFloats()).containsExactly(0.0999755859375f, 1);
    assertThat(response.output("b").toFloats()).containsExactly(0.10009765625f);
    assertThat(response.output("t").toBooleans()).containsExactly(true, false, true);
    assertThat(response.output("u").toLongs()).containsExactly(-1);
    assertThat(response.output("l").toLongs()).containsExactly(Long.MIN_VALUE);
    assertThat(response.output("c").toStrings()).containsExactly("0.98:3", "σ");
  }

  @Test
  void dataMayStandBeforeItsDatatype() {
    InferenceResponse response =
        infer(
            Reply.json(
                "{\"outputs\": [ {\"data\" : [ 1, [2], 3.5 ] , \"more\": {\"a\": []},"
                    + " \"shape\":[3],\"datatype\":\"FP32\",\"name\":\"y\"} ],"
                    + " \"model_version\": null, \"parameters\": null, \"model_name\":\"m\"}"));
    assertThat(response.output().toFloats()).containsExactly(1, 2, 3.5f);
    assertThat(response.modelVersion()).isNull();
  }

  @Test
  void jsonNumbersAreRoundedOnce() {
    // Halfway between two floats, and a little more that a double cannot hold.
    String decimal = "1.00000005960464477539062500000000001";
    InferenceResponse response =
        infer(Reply.json(answer(output("y", "FP32", "[1]", "\"data\":[" + decimal + "]"))));
    assertThat(response.output().toFloats()).containsExactly(Math.nextUp(1f));
  }

  @Test
  void binaryAndJsonOutputsInOneAnswer() {
    InferenceResponse response =
        infer(
            Reply.binary(
                answer(
                    output("y", "FP32", "[1]", size(4)),
                    output("z", "FP32", "[1]", "\"data\":[2]")),
                BytesOf.floats(1)));
    assertThat(response.output("y").toFloats()).containsExactly(1);
    assertThat(response.output("z").toFloats()).containsExactly(2);
  }

  @Test
  void outputsGoIntoTheCallersBuffers() {
    ByteBuffer y = ByteBuffer.allocateDirect(32).position(8);
    ByteBuffer z = ByteBuffer.allocateDirect(8);
    server.reply(
        Reply.binary(
            answer(
                output("y", "FP32", "[2]", size(8)),
                output("z", "FP32", "[1]", "\"data\":[3]"),
                output("other", "FP32", "[1]", size(4))),
            BytesOf.floats(1, 2, 4)));
    InferenceResponse response =
        client.infer(request().output("y", y).output("z", z).directOutputs(true).build());
    assertThat(y.position()).isEqualTo(8);
    assertThat(y.limit()).isEqualTo(32);
    y.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(y.getFloat(8)).isEqualTo(1);
    assertThat(y.getFloat(12)).isEqualTo(2);
    assertThat(z.order(ByteOrder.LITTLE_ENDIAN).getFloat(0)).isEqualTo(3);
    y.putFloat(8, 7);
    assertThat(response.output("y").toFloats()).as("a view").containsExactly(7, 2);
    assertThat(response.output("other").bytes().isDirect()).isTrue();
  }

  @Test
  void aBufferThatIsTooSmallIsTheCallersMistake() {
    server.reply(Reply.binary(answer(output("y", "FP32", "[2]", size(8))), BytesOf.floats(1, 2)));
    InferenceRequest small = request().output("y", ByteBuffer.allocate(7)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.infer(small))
        .withMessage("the buffer for output 'y' has room for 7 bytes, but the answer has 8");
    assertThat(infer(Reply.json(answer())).outputs()).as("still usable").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                                          | expected an object",
        "[]                                                          | expected an object",
        "{\"outputs\":[]}                                            | no \"model_name\"",
        "{\"model_name\":\"m\"} x                                    | expected JSON",
        "{\"model_name\":\"m\"} {}                                   | nothing after the document",
        "{\"model_name\":\"m\",\"outputs\":[                         | expected JSON",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\"}]}       | output 'y' lacks",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP8\",\"shape\":[1],\"data\":[1]}]} | unknown datatype 'FP8'",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1]}]} | one of \"data\" and",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[1]}]} | FP32[2] has 2 elements",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[\"one\"]}]} | expected a number",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"UINT8\",\"shape\":[1],\"data\":[256]}]} | an element of UINT8",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"INT32\",\"shape\":[1],\"data\":[1.0]}]} | expected an integer",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"BOOL\",\"shape\":[1],\"data\":[\"true\"]}]} | expected true or false",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}]} | has no Inference-Header-Content-Length",
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[0],\"data\":[]},{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[0],\"data\":[]}]} | 'y' is there twice"
      })
  void jsonThatIsNoAnswer(String json, String reason) {
    assertThatThrownBy(() -> infer(Reply.json(json)))
        .isInstanceOf(ProtocolException.class)
        .hasMessageStartingWith("POST " + server.url() + "/v2/models/m/infer was not answered as")
        .hasMessageContaining(reason);
  }

  @Test
  void jsonBeyondTheLimitsOfItsParser() {
    String deep = "\"data\":" + "[".repeat(2000) + "1" + "]".repeat(2000);
    assertThatThrownBy(() -> infer(Reply.json(answer(output("y", "FP32", "[1]", deep)))))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("expected JSON");
  }

  @Test
  void parametersThatAreLargeIntegers() {
    InferenceResponse response =
        infer(
            Reply.json(
                "{\"model_name\":\"m\",\"parameters\":{\"least\":-9223372036854775808,"
                    + "\"unsigned\":18446744073709551615,\"more\":18446744073709551616}}"));
    assertThat(response.parameters())
        .containsEntry("least", Long.MIN_VALUE)
        .containsEntry("unsigned", -1L)
        .containsEntry("more", 0x1p64);
  }

  @Test
  void binaryTensorsThatAreTooShortOrTooLong() {
    String json = answer(output("y", "FP32", "[2]", size(8)));
    assertThatThrownBy(() -> infer(Reply.binary(json, new byte[7])))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("its header speaks of");
    assertThatThrownBy(() -> infer(Reply.binary(json, new byte[9])))
        .isInstanceOf(ProtocolException.class);
    String wrongSize = answer(output("y", "FP32", "[2]", size(4)));
    assertThatThrownBy(() -> infer(Reply.binary(wrongSize, new byte[4])))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("FP32[2] has 2 elements of 4 bytes, but was given 4 bytes");
    String negative = answer(output("y", "FP32", "[2]", size(-8)));
    assertThatThrownBy(() -> infer(Reply.binary(negative, new byte[0])))
        .isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @CsvSource({"-1", "x", "99999999999", "1000"})
  void aHeaderLengthThatCannotBe(String length) {
    Reply reply =
        Reply.binary(answer(), new byte[0]).with("Inference-Header-Content-Length", length);
    assertThatThrownBy(() -> infer(reply))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("Inference-Header-Content-Length is '" + length + "'");
  }

  @Test
  void anAnswerWithoutTheOutputThatWasAskedFor() {
    server.reply(Reply.json(answer(output("z", "FP32", "[1]", "\"data\":[1]"))));
    assertThatThrownBy(() -> client.infer(request().output("y").build()))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("lacks output 'y' and has [z]");
  }

  @Test
  void byteElementsInBinary() {
    InferenceResponse response =
        infer(
            Reply.binary(
                answer(output("c", "BYTES", "[2]", size(11))),
                new byte[] {2, 0, 0, 0, 'a', 'b', 1, 0, 0, 0, 'c'}));
    assertThat(response.output().toStrings()).containsExactly("ab", "c");
    assertThat(response.output().datatype()).isEqualTo(Datatype.BYTES);
  }
}
