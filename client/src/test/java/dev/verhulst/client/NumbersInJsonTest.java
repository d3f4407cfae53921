package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Numbers survive the way to the server and back as text, bit for bit. */
class NumbersInJsonTest {

  private FakeServer server;
  private VerhulstClient client;

  @BeforeEach
  void start() {
    server =
        new FakeServer()
            .behave(
                request ->
                    Reply.json(
                        request
                            .json()
                            .replaceFirst(".*\"inputs\":", "{\"model_name\":\"m\",\"outputs\":")
                            .replaceFirst(",\"outputs\":\\[\\{\"name\":\"y\".*", "}")
                            .replace("\"name\":\"x\"", "\"name\":\"y\"")));
    client = VerhulstClient.builder(server.url()).encoding(Encoding.JSON).build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void fp32() {
    Random random = new Random(32);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    assertThat(client.sigmoid(values)).isEqualTo(values);
  }

  @Test
  void fp64() {
    Random random = new Random(64);
    double[] values = new double[50_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.longBitsToDouble(random.nextLong());
    }
    assertThat(client.sigmoid(values)).isEqualTo(values);
  }

  @Test
  void everyPatternOfFp16AndBf16() {
    float[] values = new float[1 << 16];
    for (Boolean half : new Boolean[] {true, false}) {
      for (int i = 0; i < values.length; i++) {
        values[i] =
            half
                ? dev.verhulst.client.protocol.Float16.toFloat((short) i)
                : dev.verhulst.client.protocol.BFloat16.toFloat((short) i);
      }
      Tensor x = half ? Tensor.fp16(values) : Tensor.bf16(values);
      assertThat(client.apply(Activation.relu(), x).toFloats()).isEqualTo(values);
    }
  }
}
