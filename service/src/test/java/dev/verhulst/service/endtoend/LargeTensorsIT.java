package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tensors of hundreds of megabytes, from direct buffer to direct buffer. */
@ExtendWith(SharedService.class)
class LargeTensorsIT {

  private static final String LARGEST = "verhulst.endtoend.largest";

  private final ServiceProcess service;
  private final VerhulstClient client;

  LargeTensorsIT(ServiceProcess service, VerhulstClient client) {
    this.service = service;
    this.client = client;
  }

  @Test
  void aQuarterOfAGibibyteInAndOut() {
    roundTrip(256 << 20, client);
  }

  @Test
  void nearlyTwoGigabytesInAndOut() {
    Assumptions.assumeTrue(
        Boolean.getBoolean(LARGEST),
        "takes 8 GB of memory and a minute: run it with -D" + LARGEST + "=true");
    try (ServiceProcess roomy = ServiceProcess.start("--verhulst.memory.budget=5GB");
        VerhulstClient patient =
            VerhulstClient.builder(roomy.url()).timeout(Duration.ofMinutes(5)).build()) {
      roundTrip(1_900_000_000, patient);
      assertThat(patient.relu(new float[] {-1, 1})).containsExactly(0, 1);
      roomy.assertNoOpenLease();
    }
  }

  private static void roundTrip(int bytes, VerhulstClient client) {
    int count = bytes / 4;
    ByteBuffer x = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      x.putFloat(4 * i, i % 1000 - 500);
    }
    ByteBuffer y = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    client.apply(Activation.relu(), Tensor.wrap(Datatype.FP32, x, count), y);
    for (int i = 0; i < count; i++) {
      if (y.getFloat(4 * i) != Math.max(0, i % 1000 - 500)) {
        assertThat(y.getFloat(4 * i)).as("element " + i).isEqualTo(Math.max(0, i % 1000 - 500));
      }
    }
  }

  @Test
  void threeGigabytesAreRefusedBeforeTheyAreSent() throws IOException {
    try (Socket socket = new Socket("localhost", service.port())) {
      String head =
          "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: localhost\r\n"
              + "Inference-Header-Content-Length: 0\r\nContent-Length: 3000000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(20_000);
      byte[] answer = new byte[4096];
      int count = socket.getInputStream().read(answer);
      String text = new String(answer, 0, count, StandardCharsets.US_ASCII);
      assertThat(text).matches("(?s)HTTP/1.1 4(00|13) .*");
      assertThat(text).contains("verhulst.http.max-body-size");
    }
    assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
  }
}
