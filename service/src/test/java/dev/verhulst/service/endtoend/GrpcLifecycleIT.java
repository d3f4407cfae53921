package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.UnsafeByteOperations;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.service.grpc.GrpcClient;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The gRPC side of the packaged service: its start, its end, and large tensors between the two. */
class GrpcLifecycleIT {

  private static final String LARGEST = "verhulst.endtoend.largest";

  /** Six calls that are held back for company when the service is asked to end. */
  @Test
  void callsInFlightSucceedWhenItEnds() throws Exception {
    try (ServiceProcess service =
            ServiceProcess.start("--verhulst.batching.max-queue-delay-microseconds=1500000");
        GrpcClient client = new GrpcClient(service.grpcPort())) {
      List<ListenableFuture<ModelInferResponse>> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(client.futures().modelInfer(GrpcClient.raw("sigmoid", 0, i).build()));
      }
      service.await("all six to be in flight", () -> service.openLeases() >= 6);
      service.process().destroy();
      for (int i = 0; i < 6; i++) {
        assertThat(GrpcClient.floats(answers.get(i).get()))
            .hasSize(2)
            .satisfies(y -> assertThat(y[0]).isEqualTo(0.5f));
      }
      try (GrpcClient late = new GrpcClient(service.grpcPort())) {
        StatusRuntimeException refused =
            catchThrowableOfType(
                StatusRuntimeException.class,
                () -> late.calls().modelInfer(GrpcClient.raw("sigmoid", 0).build()));
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      }
      assertThat(service.exitCode()).isIn(0, 143);
    }
  }

  @Test
  void aGrpcPortThatIsTakenIsSaidInOneLine() {
    try (ServiceProcess first = ServiceProcess.start();
        ServiceProcess second = ServiceProcess.beginOnGrpcPort(first.grpcPort())) {
      assertThat(second.exitCode()).isNotZero();
      String output = second.output();
      assertThat(output.lines().filter(line -> line.contains("cannot start")))
          .as(output)
          .singleElement()
          .asString()
          .contains("port " + first.grpcPort() + " is in use")
          .contains("--spring.grpc.server.port");
      assertThat(output).doesNotContain("\tat ", "Exception");
    }
  }

  @Test
  void aQuarterOfAGibibyteInAndOut() {
    try (ServiceProcess service = ServiceProcess.start("--verhulst.memory.budget=2GB")) {
      roundTrip(256 << 20, service);
    }
  }

  @Test
  void nearlyTwoGigabytesInAndOut() {
    Assumptions.assumeTrue(
        Boolean.getBoolean(LARGEST),
        "takes 12 GB of memory and a minute: run it with -D" + LARGEST + "=true");
    try (ServiceProcess service = ServiceProcess.start("--verhulst.memory.budget=5GB")) {
      roundTrip(1_900_000_000, service);
    }
  }

  private static void roundTrip(int byteSize, ServiceProcess service) {
    ByteBuffer x = ByteBuffer.allocateDirect(byteSize).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < byteSize / 4; i++) {
      x.putFloat(4 * i, i % 1000 - 500);
    }
    ModelInferRequest request =
        ModelInferRequest.newBuilder()
            .setModelName("relu")
            .addInputs(GrpcClient.input("FP32", byteSize / 4))
            .addRawInputContents(UnsafeByteOperations.unsafeWrap(x))
            .build();
    try (GrpcClient client = new GrpcClient(service.grpcPort())) {
      ByteBuffer y =
          client
              .calls()
              .withDeadlineAfter(5, java.util.concurrent.TimeUnit.MINUTES)
              .modelInfer(request)
              .getRawOutputContents(0)
              .asReadOnlyByteBuffer()
              .order(ByteOrder.LITTLE_ENDIAN);
      assertThat(y.remaining()).isEqualTo(byteSize);
      for (int i = 0; i < byteSize / 4; i++) {
        if (y.getFloat(4 * i) != Math.max(0, i % 1000 - 500)) {
          assertThat(y.getFloat(4 * i)).as("element " + i).isEqualTo(Math.max(0, i % 1000 - 500));
        }
      }
      assertThat(
              GrpcClient.floats(client.calls().modelInfer(GrpcClient.raw("relu", -1, 1).build())))
          .containsExactly(0, 1);
    }
    service.assertNoOpenLease();
  }
}
