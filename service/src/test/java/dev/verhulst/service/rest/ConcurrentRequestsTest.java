package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many clients at once, of all sizes and forms: each gets its own answer. */
class ConcurrentRequestsTest {

  private static final int CLIENTS = 12;
  private static final int REQUESTS = 60;

  @Test
  void answersEachClientItsOwn() throws Exception {
    try (TestServer server = TestServer.start();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> done = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        Random random = new Random(client);
        done.add(clients.submit(() -> run(server.port(), random)));
      }
      for (Future<?> client : done) {
        client.get();
      }
      server.expectEverythingGivenBack();
      assertThat(server.metric("nv_inference_request_success", "relu"))
          .isEqualTo(CLIENTS * REQUESTS);
    }
  }

  /** For x ≥ 0, relu(x) is x, so that every answer shows whose it is. */
  private static Void run(int port, Random random) throws Exception {
    try (RawHttp http = new RawHttp(port)) {
      for (int i = 0; i < REQUESTS; i++) {
        DataType type = DataType.values()[random.nextInt(4)];
        int elements = random.nextInt(1 << random.nextInt(15));
        double[] x = random.ints(elements, 0, 256).asDoubleStream().toArray();
        byte[] bytes = InferenceHttpTest.bytes(type, x);
        boolean binaryIn = random.nextBoolean();
        StringBuilder json =
            new StringBuilder("{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],".formatted(elements))
                .append("\"datatype\":\"%s\",".formatted(type))
                .append(
                    binaryIn
                        ? "\"parameters\":{\"binary_data_size\":%d}".formatted(bytes.length)
                        : "\"data\":" + Arrays.toString(x))
                .append("}],\"parameters\":{\"binary_data_output\":true}}");
        byte[] head = json.toString().getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(head, head.length + (binaryIn ? bytes.length : 0));
        if (binaryIn) {
          System.arraycopy(bytes, 0, body, head.length, bytes.length);
        }
        RawHttp.Response response =
            http.exchange(
                "POST",
                "/v2/models/relu/infer",
                "Inference-Header-Content-Length: " + head.length + "\r\n",
                body);
        assertThat(response.status()).as(response.text()).isEqualTo(200);
        int headLength =
            Integer.parseInt(response.headers().get("inference-header-content-length"));
        assertThat(Arrays.copyOfRange(response.body(), headLength, response.body().length))
            .isEqualTo(bytes);
      }
    }
    return null;
  }
}
