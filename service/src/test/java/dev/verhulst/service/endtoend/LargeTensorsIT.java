package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.service.grpc.GrpcClient;
import dev.verhulst.service.grpc.RawGrpc;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors of hundreds of megabytes, from direct buffer to direct buffer. */
@ExtendWith(SharedService.class)
class LargeTensorsIT {

  private static final String LARGEST = "verhulst.endtoend.largest";

  /** The tensor twice in the client, its buffer in the service, and as much again to spare. */
  private static final long LARGEST_NEEDS = 9L << 30;

  /** As gRPC writes the status codes. */
  private static final String OK = "0";

  private static final String RESOURCE_EXHAUSTED = "8";

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
  void nearlyTwoGigabytesInAndOut() throws IOException {
    Assumptions.assumeTrue(
        Boolean.getBoolean(LARGEST), "takes up to a minute: run it with -D" + LARGEST + "=true");
    long available = availableMemory();
    Assumptions.assumeTrue(
        available >= LARGEST_NEEDS,
        "this machine has %d MB of memory to spare, and the service and its client need %d MB"
            .formatted(available >> 20, LARGEST_NEEDS >> 20));
    try (VerhulstClient patient =
        VerhulstClient.builder(service.url()).timeout(Duration.ofMinutes(2)).build()) {
      roundTrip(1_900_000_000, patient);
      assertThat(patient.relu(new float[] {-1, 1})).containsExactly(0, 1);
    }
  }

  /** What can be had without swapping, in bytes; where nobody says, all there is. */
  private static long availableMemory() throws IOException {
    Path information = Path.of("/proc/meminfo");
    if (Files.isReadable(information)) {
      for (String line : Files.readAllLines(information)) {
        if (line.startsWith("MemAvailable:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    }
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getTotalMemorySize();
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void threeGigabytesAreRefusedSentOrNot(boolean sent) throws IOException {
    try (Socket socket = new Socket("localhost", service.port())) {
      OutputStream out = socket.getOutputStream();
      String head =
          "POST /v2/models/sigmoid/infer HTTP/1.1\r\nHost: localhost\r\n"
              + "Inference-Header-Content-Length: 0\r\nContent-Length: 3000000000\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] part = new byte[1_000_000];
      for (int i = 0; sent && i < 3000; i++) {
        out.write(part);
      }
      socket.setSoTimeout(20_000);
      byte[] answer = new byte[4096];
      int count = socket.getInputStream().read(answer);
      String text = new String(answer, 0, count, StandardCharsets.US_ASCII);
      assertThat(text).matches("(?s)HTTP/1.1 4(00|13) .*");
      assertThat(text).contains("verhulst.http.max-body-size");
    }
    assertThat(client.sigmoid(new float[] {0})).containsExactly(0.5f);
  }

  /** Four bytes say how long a message is, so that a client can say so; protobuf could not. */
  @ParameterizedTest
  @ValueSource(ints = {0, 64})
  void threeGigabytesAreRefusedOverGrpcSentOrNot(int megabytes) throws Exception {
    long before = residentMemory();
    byte[] small = GrpcClient.raw("sigmoid", 0).build().toByteArray();
    try (RawGrpc connection = new RawGrpc(service.grpcPort());
        RawGrpc.Call meanwhile = connection.begin("ModelInfer", small.length)) {
      try (RawGrpc.Call large = connection.begin("ModelInfer", 3_000_000_000L)) {
        boolean taken = true;
        for (int i = 0; taken && i < megabytes; i++) {
          taken = large.send(new byte[1 << 20], false);
        }
        RawGrpc.End refused = large.end();
        assertThat(refused.status()).isEqualTo(RESOURCE_EXHAUSTED);
        assertThat(refused.message()).contains("exceeds maximum size " + Integer.MAX_VALUE);
      }
      // The connection is as good as before, for a call that was there and for one that comes.
      assertThat(meanwhile.send(small, true)).isTrue();
      assertThat(meanwhile.end().status()).isEqualTo(OK);
      try (RawGrpc.Call next = connection.begin("ModelInfer", small.length)) {
        assertThat(next.send(small, true)).isTrue();
        assertThat(next.end().status()).isEqualTo(OK);
      }
    }
    // A service that has just started takes some hundred megabytes more by and by.
    assertThat(residentMemory() - before).isLessThan(1L << 30);
  }

  /** What the service takes of the machine's memory, in bytes. */
  private long residentMemory() throws IOException {
    Path status = Path.of("/proc", Long.toString(service.process().pid()), "status");
    Assumptions.assumeTrue(
        Files.isReadable(status), "only Linux says how much memory another process takes");
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
