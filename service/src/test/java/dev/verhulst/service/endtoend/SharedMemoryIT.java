package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferRequest.InferRequestedOutputTensor;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.grpc.protocol.ServerMetadataRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryRegisterRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryStatusRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryUnregisterRequest;
import dev.verhulst.service.grpc.GrpcClient;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tensors in memory that a caller shares with the packaged service. The objects are files of a
 * directory of the test's own, as those of shm_open(3) are files of {@code /dev/shm}.
 */
class SharedMemoryIT {

  private static final String SIGMOID = "/v2/models/sigmoid/infer";

  @TempDir static Path objects;
  private static ServiceProcess service;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void start() {
    service =
        ServiceProcess.start(
            "--verhulst.shared-memory.enabled=true",
            "--verhulst.shared-memory.directory=" + objects);
  }

  @AfterAll
  static void stop() {
    service.assertNoOpenLease();
    service.close();
    HTTP.close();
  }

  @Test
  void inputsAreReadFromARegionAndOutputsWrittenToOneOverHttp() throws Exception {
    write("http", 9, -200, 0, 200, 9, 9, 9);
    assertThat(
            post(
                "/v2/systemsharedmemory/region/h/register",
                "{\"key\":\"/http\",\"offset\":4,\"byte_size\":24}"))
        .isEqualTo("200 ");
    assertThat(get("/v2/systemsharedmemory/region/h/status"))
        .isEqualTo("200 [{\"name\":\"h\",\"key\":\"/http\",\"offset\":4,\"byte_size\":24}]");
    assertThat(get("/v2")).contains("\"system_shared_memory\"");
    String input =
        "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[3],\"parameters\":{"
            + "\"shared_memory_region\":\"h\",\"shared_memory_byte_size\":%d}}";
    String output =
        ",\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true,\"shared_memory_region\":\"h\","
            + "\"shared_memory_byte_size\":%d,\"shared_memory_offset\":%d}},{\"name\":\"dy_dx\"}]";
    String whole = "{\"inputs\":[" + input + "]" + output + "}";
    assertThat(post(SIGMOID, whole.formatted(12, 12, 12)))
        .isEqualTo(
            "200 {\"model_name\":\"sigmoid\",\"model_version\":\"1\",\"outputs\":["
                + "{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[3],\"parameters\":{"
                + "\"shared_memory_region\":\"h\",\"shared_memory_byte_size\":12,\"shared_memory_offset\":12}},"
                + "{\"name\":\"dy_dx\",\"datatype\":\"FP32\",\"shape\":[3],\"data\":"
                + "[0.0,0.25,0.0]}]}");
    assertThat(read("http")).containsExactly(9, -200, 0, 200, 0, 0.5f, 1);

    assertThat(post(SIGMOID, whole.formatted(16, 12, 12)))
        .startsWith("400")
        .contains("input byte size mismatch", "Expected 12, got 16");
    assertThat(post(SIGMOID, whole.formatted(12, 8, 12)))
        .startsWith("400")
        .contains("output 'y' takes 12 bytes");
    assertThat(post(SIGMOID, whole.formatted(12, 12, 16)))
        .startsWith("400")
        .contains("do not lie within its 24 bytes");
    assertThat(post(SIGMOID, whole.formatted(12, 12, -1))).startsWith("400");
    assertThat(post(SIGMOID, whole.formatted(12, 12, Long.MAX_VALUE))).startsWith("400");
    assertThat(
            post(
                "/v2/systemsharedmemory/region/bad/register",
                "{\"key\":\"../http\",\"byte_size\":4}"))
        .startsWith("400")
        .contains("no name of a shared memory object");

    assertThat(post("/v2/systemsharedmemory/region/h/unregister", "")).isEqualTo("200 ");
    assertThat(post(SIGMOID, whole.formatted(12, 12, 12)))
        .startsWith("400")
        .contains("Unable to find shared memory region: 'h'");
  }

  @Test
  void inputsAreReadFromARegionAndOutputsWrittenToOneOverGrpc() throws Exception {
    write("grpc", -1, 2, 0, 0);
    try (GrpcClient client = new GrpcClient(service.grpcPort())) {
      assertThat(
              client
                  .calls()
                  .serverMetadata(ServerMetadataRequest.getDefaultInstance())
                  .getExtensionsList())
          .contains("system_shared_memory");
      client
          .calls()
          .systemSharedMemoryRegister(
              SystemSharedMemoryRegisterRequest.newBuilder()
                  .setName("g")
                  .setKey("grpc")
                  .setByteSize(16)
                  .build());
      assertThat(
              client
                  .calls()
                  .systemSharedMemoryStatus(
                      SystemSharedMemoryStatusRequest.newBuilder().setName("g").build())
                  .getRegionsOrThrow("g")
                  .getByteSize())
          .isEqualTo(16);
      // grad_y comes in the message, x from the region; grad_x goes there, y into the message.
      ModelInferRequest request =
          ModelInferRequest.newBuilder()
              .setModelName("relu")
              .addInputs(
                  GrpcClient.input("FP32", 2)
                      .putParameters("shared_memory_region", text("g"))
                      .putParameters("shared_memory_byte_size", integer(8)))
              .addInputs(GrpcClient.input("FP32", 2).setName("grad_y"))
              .addRawInputContents(GrpcClient.bytes(3, 4))
              .addOutputs(
                  InferRequestedOutputTensor.newBuilder()
                      .setName("grad_x")
                      .putParameters("shared_memory_region", text("g"))
                      .putParameters("shared_memory_offset", integer(8))
                      .putParameters("shared_memory_byte_size", integer(8)))
              .addOutputs(InferRequestedOutputTensor.newBuilder().setName("y"))
              .build();
      ModelInferResponse response = client.calls().modelInfer(request);
      assertThat(response.getOutputs(0).getParametersOrThrow("shared_memory_region"))
          .isEqualTo(text("g"));
      assertThat(response.getRawOutputContents(0).isEmpty()).isTrue();
      assertThat(response.getRawOutputContents(1)).isEqualTo(GrpcClient.bytes(0, 2));
      assertThat(read("grpc")).containsExactly(-1, 2, 0, 4);

      client
          .calls()
          .systemSharedMemoryUnregister(
              SystemSharedMemoryUnregisterRequest.newBuilder().setName("g").build());
      assertThatThrownBy(() -> client.calls().modelInfer(request))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
          .hasMessageContaining("Unable to find shared memory region: 'g'");
    }
  }

  private static InferParameter text(String value) {
    return InferParameter.newBuilder().setStringParam(value).build();
  }

  private static InferParameter integer(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  private static void write(String object, float... values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Files.write(objects.resolve(object), bytes.array());
  }

  private static float[] read(String object) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(objects.resolve(object))).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(service.url() + path)));
  }

  private static String post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(service.url() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** The status and the body of the answer. */
  private static String send(HttpRequest.Builder request) throws Exception {
    HttpResponse<String> response =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() + " " + response.body();
  }
}
