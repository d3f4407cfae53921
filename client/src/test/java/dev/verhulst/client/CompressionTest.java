package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.ProtocolException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Received;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers that travel compressed. */
class CompressionTest {

  private static final String ANSWER =
      "{\"model_name\": \"m\", \"outputs\": [{\"name\": \"y\", \"datatype\": \"FP32\", \"shape\":"
          + " [%d], \"parameters\": {\"binary_data_size\": %d}}]}";

  private final FakeServer server = new FakeServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private VerhulstClient client(Compression compression, Encoding encoding) {
    return VerhulstClient.builder(server.url())
        .compression(compression)
        .encoding(encoding)
        .retryPolicy(RetryPolicy.none())
        .build();
  }

  private static InferenceRequest request(float... x) {
    return InferenceRequest.builder("m").input("x", Tensor.of(x)).build();
  }

  @ParameterizedTest
  @CsvSource({
    "GZIP, gzip, BINARY",
    "GZIP, gzip, JSON",
    "GZIP, gzip, RAW",
    "DEFLATE, deflate, BINARY",
    "DEFLATE, deflate, JSON"
  })
  void aRequestUnfoldsToThePlainOne(Compression compression, String token, Encoding encoding)
      throws IOException {
    server.reply(Reply.json("{\"model_name\": \"m\", \"outputs\": []}"));
    float[] x = new float[100_000];
    try (VerhulstClient compressing = client(compression, encoding);
        VerhulstClient plain = client(Compression.NONE, encoding)) {
      compressing.infer(request(x));
      plain.infer(request(x));
    }
    Received compressed = server.received().get(0);
    Received expected = server.received().get(1);
    assertThat(compressed.headers().getFirst("Content-Encoding")).isEqualTo(token);
    assertThat(compressed.headers().getFirst("Accept-Encoding")).isEqualTo(token);
    assertThat(expected.headers()).doesNotContainKeys("Content-encoding", "Accept-encoding");
    assertThat(compressed.body().length).isLessThan(expected.body().length / 10);
    assertThat(compressed.headers().getFirst("Inference-Header-Content-Length"))
        .isEqualTo(expected.headers().getFirst("Inference-Header-Content-Length"));
    try (InputStream in = decompressing(compression, compressed.body())) {
      assertThat(in.readAllBytes()).isEqualTo(expected.body());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Compression.class,
      names = {"GZIP", "DEFLATE"})
  void aBinaryAnswerIsUnfolded(Compression compression) throws IOException {
    byte[] tensor = new byte[4_000_000];
    Arrays.fill(tensor, (byte) 0x3f);
    server.reply(
        compressed(compression, Reply.binary(ANSWER.formatted(1_000_000, tensor.length), tensor)));
    try (VerhulstClient client = client(compression, Encoding.BINARY)) {
      float[] y = client.infer(request(1)).output("y").toFloats();
      assertThat(y).hasSize(1_000_000).containsOnly(Float.intBitsToFloat(0x3f3f3f3f));
    }
  }

  /** Some servers and proxies compress unasked. */
  @ParameterizedTest
  @ValueSource(strings = {"GZIP", "DEFLATE"})
  void anAnswerIsUnfoldedAlsoWhereNobodyAskedForIt(Compression compression) throws IOException {
    server.reply(
        compressed(
            compression,
            Reply.json(
                "{\"model_name\": \"m\", \"outputs\": [{\"name\": \"y\", \"datatype\": \"FP32\","
                    + " \"shape\": [2], \"data\": [1, 2]}]}")));
    try (VerhulstClient client = client(Compression.NONE, Encoding.JSON)) {
      InferenceResponse answer = client.infer(request(1));
      assertThat(answer.output("y").toFloats()).containsExactly(1, 2);
    }
  }

  @Test
  void anErrorIsUnfolded() throws IOException {
    server.reply(compressed(Compression.GZIP, Reply.error(400, "no such thing")));
    try (VerhulstClient client = client(Compression.GZIP, Encoding.BINARY)) {
      assertThatThrownBy(() -> client.infer(request(1)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("no such thing");
    }
  }

  @Test
  void anErrorThatCannotBeUnfoldedIsShownAsItCame() {
    server.reply(Reply.error(400, "no such thing").with("Content-Encoding", "utf-8"));
    try (VerhulstClient client = client(Compression.GZIP, Encoding.BINARY)) {
      assertThatThrownBy(() -> client.infer(request(1)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("no such thing");
    }
  }

  @Test
  void anAnswerThatIsNotWhatItSaysIsAProtocolError() {
    server.reply(
        Reply.binary(ANSWER.formatted(1, 4), new byte[4]).with("Content-Encoding", "gzip"),
        Reply.binary(ANSWER.formatted(1, 4), new byte[4]).with("Content-Encoding", "br"));
    try (VerhulstClient client = client(Compression.GZIP, Encoding.BINARY)) {
      assertThatThrownBy(() -> client.infer(request(1)))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("cannot be decompressed from gzip");
      assertThatThrownBy(() -> client.infer(request(1)))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining("Content-Encoding is 'br', expected gzip, deflate or identity");
    }
  }

  private static Reply compressed(Compression compression, Reply reply) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        compression == Compression.GZIP
            ? new GZIPOutputStream(bytes)
            : new DeflaterOutputStream(bytes)) {
      out.write(reply.body());
    }
    return new Reply(reply.status(), reply.headers(), bytes.toByteArray())
        .with("Content-Encoding", compression == Compression.GZIP ? "gzip" : "deflate");
  }

  private static InputStream decompressing(Compression compression, byte[] body)
      throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    return compression == Compression.GZIP ? new GZIPInputStream(in) : new InflaterInputStream(in);
  }
}
