package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.activation.NamedActivationCalls;
import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.ProtocolException;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.client.loss.LossResult;
import dev.verhulst.client.loss.Reduction;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Received;
import dev.verhulst.client.server.FakeServer.Reply;
import dev.verhulst.client.streaming.Chunking;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The calls with names and types, as the server sees them. */
class TypedCallsTest {

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

  private static Reply output(String name, String datatype, String shape, String data) {
    return Reply.json(
        "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}]}"
            .formatted(name, datatype, shape, data));
  }

  private Received request() {
    return server.received().get(server.received().size() - 1);
  }

  /** Every activation's name in the server's spelling, over every form that it has. */
  @TestFactory
  List<DynamicTest> everyActivationAsksItsModel() {
    List<Method> named =
        Arrays.stream(NamedActivationCalls.class.getDeclaredMethods())
            .filter(method -> !method.isSynthetic())
            .toList();
    assertThat(named).hasSize(18 * 3);
    return named.stream()
        .map(method -> DynamicTest.dynamicTest(method.toString(), () -> check(method)))
        .toList();
  }

  private void check(Method method) throws ReflectiveOperationException {
    Class<?> type = method.getParameterTypes()[0];
    Object argument =
        type == float[].class
            ? new float[] {1, 2}
            : type == double[].class ? new double[] {1, 2} : Tensor.fp16(new float[] {1, 2}, 1, 2);
    String datatype = type == float[].class ? "FP32" : type == double[].class ? "FP64" : "FP16";
    Object[] arguments = new Object[method.getParameterCount()];
    Arrays.fill(arguments, argument);
    server.reply(output("y", datatype, "[2]", "[0.25,0.5]"));
    for (Object caller : List.of(client, client.async())) {
      Object result = method.invoke(caller, arguments);
      if (result instanceof CompletableFuture<?> future) {
        result = future.join();
      }
      String model = method.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
      assertThat(request().path()).isEqualTo("/v2/models/" + model + "/infer");
      assertThat(request().json())
          .contains("\"name\":\"x\",\"datatype\":\"" + datatype + "\"")
          .contains("\"outputs\":[{\"name\":\"y\"");
      if (result instanceof Tensor tensor) {
        assertThat(tensor.toFloats()).containsExactly(0.25f, 0.5f);
      } else if (result instanceof float[] floats) {
        assertThat(floats).containsExactly(0.25f, 0.5f);
      } else {
        assertThat((double[]) result).containsExactly(0.25, 0.5);
      }
    }
  }

  @Test
  void parametersTravelWithTheActivation() {
    server.reply(output("y", "FP32", "[1]", "[1]"));
    client.apply(Activation.hardSigmoid(0.25, 0.5), new float[] {1});
    assertThat(request().json()).contains("\"alpha\":0.25", "\"beta\":0.5");
    client.apply(Activation.leakyRelu(0.1), new float[] {1});
    assertThat(request().json()).contains("\"parameters\":{\"alpha\":0.1}");
    client.apply(Activation.elu(2), new float[] {1});
    assertThat(request().json()).contains("\"parameters\":{\"alpha\":2.0}");
    client.apply(Activation.silu(1.5), new float[] {1});
    assertThat(request().json()).contains("\"parameters\":{\"beta\":1.5}");
    client.apply(Activation.logit(1e-6), new float[] {1});
    assertThat(request().json()).contains("\"parameters\":{\"eps\":1.0E-6}");
    client.apply(Activation.geluTanh(), new float[] {1});
    assertThat(request().json()).contains("\"parameters\":{\"approximate\":\"tanh\"}");
    assertThat(Activation.leakyRelu(0.1)).hasToString("leaky_relu{alpha=0.1}");
  }

  @Test
  void derivativesAndGradientsAskForTheirOutputs() {
    server.reply(output("dy_dx", "FP32", "[2]", "[1,2]"));
    assertThat(client.derivative(Activation.sigmoid(), new float[] {1, 2})).containsExactly(1, 2);
    assertThat(request().json()).contains("\"outputs\":[{\"name\":\"dy_dx\"");
    server.reply(output("dy_dx", "FP64", "[1]", "[1]"));
    assertThat(client.derivative(Activation.tanh(), new double[] {1})).containsExactly(1);
    server.reply(output("grad_x", "FP32", "[1]", "[3]"));
    assertThat(client.backward(Activation.gelu(), new float[] {1}, new float[] {2}))
        .containsExactly(3);
    assertThat(request().json())
        .contains("\"name\":\"grad_y\"", "\"outputs\":[{\"name\":\"grad_x\"");
    server.reply(output("grad_x", "FP64", "[1]", "[3]"));
    assertThat(client.backward(Activation.gelu(), new double[] {1}, new double[] {2}))
        .containsExactly(3);
    server.reply(output("grad_x", "BF16", "[1]", "[3]"));
    Tensor x = Tensor.bf16(new float[] {1});
    assertThat(client.backward(Activation.gelu(), x, x).toFloats()).containsExactly(3);
    server.reply(output("dy_dx", "BF16", "[1]", "[3]"));
    assertThat(client.derivative(Activation.gelu(), x).toFloats()).containsExactly(3);
  }

  @Test
  void rowsOfPreluAndSoftmax() {
    server.reply(output("y", "FP32", "[2,3]", "[1,2,3,4,5,6]"));
    client.prelu(new float[6], new float[3]);
    assertThat(request().json()).contains("\"shape\":[2,3]", "\"name\":\"slope\"", "\"shape\":[3]");
    client.apply(Activation.softmax(3), new float[6]);
    assertThat(request().json()).contains("\"shape\":[2,3]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.prelu(new float[7], new float[3]))
        .withMessage("prelu takes rows of 3 values, and 7 are no whole rows");
    assertThatIllegalArgumentException().isThrownBy(() -> Activation.softmax(0));
  }

  @Test
  void directBuffersInAndOut() {
    server.behave(EchoServer::echo);
    ByteBuffer x = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
    x.putFloat(1).putFloat(2).flip();
    Tensor tensor = Tensor.wrap(Datatype.FP32, x, 2);
    Tensor y = client.apply(Activation.sigmoid(), tensor);
    assertThat(y.bytes().isDirect()).isTrue();
    assertThat(y.toFloats()).containsExactly(1, 2);
    ByteBuffer into = ByteBuffer.allocateDirect(8).order(ByteOrder.LITTLE_ENDIAN);
    client.apply(Activation.sigmoid(), tensor, into);
    assertThat(into.getFloat(4)).isEqualTo(2);
    client.async().derivative(Activation.sigmoid(), tensor, into.putFloat(4, 0)).join();
    assertThat(into.getFloat(4)).isEqualTo(2);
    server.reply(output("grad_x", "FP32", "[2]", "[3,4]"));
    ByteBuffer gradient = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    client.backward(Activation.sigmoid(), tensor, tensor, gradient);
    assertThat(gradient.getFloat(4)).isEqualTo(4);
    assertThat(x.remaining()).as("the caller's buffer is left as it was").isEqualTo(8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.apply(Activation.relu(), tensor, ByteBuffer.allocateDirect(7)))
        .withMessage("the buffer has room for 7 bytes, but the result has 8, as many as x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.apply(Activation.relu(), tensor, into.asReadOnlyBuffer()))
        .withMessageContaining("read-only");
  }

  /** A server may take the bytes of a RAW request for another type than they are of. */
  @Test
  void anAnswerThatIsNotAsXIsAnError() {
    server.reply(output("y", "FP32", "[2]", "[1,2]"));
    assertThatThrownBy(() -> client.sigmoid(new float[4]))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("output 'y' is FP32[2], but x is FP32[4]");
    assertThatThrownBy(() -> client.sigmoid(new double[1]))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("output 'y' is FP32[2], but x is FP64[1]");
    FloatBuffer y = FloatBuffer.allocate(8);
    assertThatThrownBy(
            () ->
                client
                    .inChunks(new Chunking(16, 2))
                    .apply(Activation.relu(), FloatBuffer.allocate(8), y))
        .isInstanceOf(ProtocolException.class);
  }

  /** A server that does not know the shape, as of a RAW request, answers a vector. */
  @Test
  void resultsHaveTheShapeOfX() {
    server.reply(output("y", "FP32", "[4]", "[1,2,3,4]"));
    Tensor x = Tensor.of(new float[4], 2, 2);
    Tensor y = client.withEncoding(Encoding.RAW).sigmoid(x);
    assertThat(y.shape()).containsExactly(2, 2);
    assertThat(y.toFloats()).containsExactly(1, 2, 3, 4);
    assertThat(client.async().withEncoding(Encoding.RAW).sigmoid(x).join().shape())
        .containsExactly(2, 2);
  }

  /** A failure is what it is for a call that waits, not wrapped up. */
  @Test
  void aFutureFailsWithTheClientsOwnExceptions() {
    server.reply(Reply.error(400, "no"));
    for (CompletableFuture<?> future :
        List.of(
            client.async().sigmoid(new float[1]),
            client.async().tanh(new double[1]),
            client.logisticRegression("m").predictAsync(Tensor.of(new float[1], 1, 1)))) {
      assertThat(future.handle((value, failure) -> failure).join())
          .isInstanceOf(InvalidRequestException.class);
    }
  }

  @Test
  void theMeanLoss() {
    server.reply(output("loss", "FP32", "[]", "[0.5]"));
    float loss = client.binaryCrossEntropyWithLogits(new float[] {1}, new float[] {0});
    assertThat(loss).isEqualTo(0.5f);
    assertThat(request().path()).isEqualTo("/v2/models/bce_with_logits/infer");
    assertThat(request().json())
        .contains("\"reduction\":\"mean\"", "\"name\":\"logits\"", "\"name\":\"target\"")
        .contains("\"outputs\":[{\"name\":\"loss\"");
    assertThat(client.async().binaryCrossEntropyWithLogits(new float[] {1}, new float[] {0}).join())
        .isEqualTo(0.5f);
    server.reply(output("loss", "FP64", "[1]", "[0.25]"));
    assertThat(client.binaryCrossEntropyWithLogits(new double[] {1}, new double[] {0}))
        .isEqualTo(0.25);
    assertThat(
            client.async().binaryCrossEntropyWithLogits(new double[] {1}, new double[] {0}).join())
        .isEqualTo(0.25);
  }

  @Test
  void theLossWithAllThatItTakes() {
    server.reply(
        Reply.json(
            "{\"model_name\":\"m\",\"outputs\":["
                + "{\"name\":\"loss\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[1,2]},"
                + "{\"name\":\"grad_logits\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[3,4]}]}"));
    Tensor tensor = Tensor.of(new float[] {1, 2});
    LossResult result =
        client
            .withEncoding(Encoding.JSON)
            .binaryCrossEntropyWithLogits(
                BinaryCrossEntropyWithLogits.of(tensor, tensor)
                    .withWeight(tensor)
                    .withPosWeight(tensor)
                    .withReduction(Reduction.NONE)
                    .withGradient());
    assertThat(request().json())
        .contains(
            "\"reduction\":\"none\"",
            "\"name\":\"weight\"",
            "\"name\":\"pos_weight\"",
            "{\"name\":\"grad_logits\"}");
    assertThat(result.loss().toFloats()).containsExactly(1, 2);
    assertThat(result.gradient().toFloats()).containsExactly(3, 4);
    org.assertj.core.api.Assertions.assertThatThrownBy(result::value)
        .isInstanceOf(java.util.NoSuchElementException.class);
  }

  @Test
  void metadata() {
    server.reply(
        Reply.json(
            "{\"name\":\"triton\",\"version\":\"2.60\",\"extensions\":[\"binary_tensor_data\"],\"x\":{}}"));
    assertThat(client.serverMetadata().extensions()).containsExactly("binary_tensor_data");
    assertThat(client.async().serverMetadata().join().name()).isEqualTo("triton");
    assertThat(request().path()).isEqualTo("/v2");
    server.reply(
        Reply.json(
            "{\"name\":\"m\",\"versions\":[\"1\"],\"platform\":\"p\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,4]}],\"outputs\":null}"));
    var metadata = client.modelMetadata("m", "1");
    assertThat(request().path()).isEqualTo("/v2/models/m/versions/1");
    assertThat(metadata.inputs().get(0).shape()).containsExactly(-1L, 4L);
    assertThat(metadata.inputs().get(0).datatype()).isEqualTo("FP32");
    assertThat(metadata.outputs()).isEmpty();
    assertThat(client.modelMetadata("m").platform()).isEqualTo("p");
    assertThat(client.async().modelMetadata("m").join().versions()).containsExactly("1");
    assertThat(client.async().modelMetadata("m", "1").join().name()).isEqualTo("m");
  }

  @Test
  void health() {
    server.reply(new Reply(200, java.util.Map.of(), new byte[0]));
    assertThat(client.isLive()).isTrue();
    assertThat(request().path()).isEqualTo("/v2/health/live");
    assertThat(client.isReady()).isTrue();
    assertThat(request().path()).isEqualTo("/v2/health/ready");
    assertThat(client.isModelReady("m")).isTrue();
    assertThat(request().path()).isEqualTo("/v2/models/m/ready");
    server.reply(new Reply(400, java.util.Map.of(), new byte[0]));
    assertThat(client.isLive()).isFalse();
    assertThat(client.isReady()).isFalse();
    assertThat(client.isModelReady("m")).isFalse();
    assertThat(client.async().isLive().join()).isFalse();
  }
}
