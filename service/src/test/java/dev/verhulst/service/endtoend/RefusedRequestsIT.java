package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelStreamInferResponse;
import dev.verhulst.service.grpc.GrpcClient;
import dev.verhulst.service.grpc.RawGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are turned away before a model could count them are counted all the same. */
class RefusedRequestsIT {

  private static final String COUNTER = "verhulst_refused_requests";
  private static final String FAILURES = "nv_inference_request_failure";
  private static final String INFER = "/v2/models/sigmoid/infer";

  private static ServiceProcess service;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    service =
        ServiceProcess.start(
            "--verhulst.memory.budget=64MB", "--verhulst.grpc.max-message-size=1GB");
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    service.close();
  }

  private interface Action {
    void run() throws Exception;
  }

  @Test
  void overHttp() throws Exception {
    expectCounted("not_found", () -> assertThat(status("GET", "/nothing", "")).isEqualTo(404));
    expectCounted("not_found", () -> status("POST", "/v2/models/sigmoid/versions/7/infer", "{}"));
    expectCounted("unknown_model", () -> status("POST", "/v2/models/none/infer", "{}"));
    expectCounted("unknown_model", () -> status("GET", "/v2/models/none", ""));
    expectCounted(
        "method_not_allowed", () -> assertThat(status("DELETE", INFER, "")).isEqualTo(405));
    expectCounted("invalid_argument", () -> status("POST", "/v2/repository/index", "{"));
    expectCounted("unsupported", () -> status("POST", "/v2/repository/other/index", "{}"));
  }

  @Test
  void thatAreNoHttp() throws Exception {
    expectCounted(
        "invalid_argument",
        () -> assertThat(answer("GET /v2 HTTP/1.1\r\nHost: a b\r\n\r\n")).contains("400"));
    expectCounted(
        "invalid_argument",
        () -> assertThat(answer("GET  /{} \r\nHost: a\r\n\r\n")).contains("400"));
    expectCounted(
        "unsupported",
        () ->
            assertThat(
                    answer(
                        "POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: zip\r\n\r\n"
                            .formatted(INFER)))
                .contains("501"));
  }

  @Test
  void overGrpc() throws Exception {
    try (GrpcClient client = new GrpcClient(service.grpcPort());
        RawGrpc raw = new RawGrpc(service.grpcPort())) {
      expectCounted(
          "unknown_model", () -> refused(client, GrpcClient.raw("none", 0), Status.Code.NOT_FOUND));
      expectCounted(
          "not_found",
          () ->
              refused(
                  client,
                  GrpcClient.raw("sigmoid", 0).setModelVersion("7"),
                  Status.Code.NOT_FOUND));
      expectCounted(
          "invalid_argument",
          () -> refused(client, GrpcClient.raw(" ", 0), Status.Code.INVALID_ARGUMENT));
      expectCounted(
          "no_memory",
          () ->
              refused(
                  client,
                  GrpcClient.raw("sigmoid", 0)
                      .setRawInputContents(0, ByteString.copyFrom(new byte[100 << 20])),
                  Status.Code.UNAVAILABLE));
      expectCounted("too_large", () -> end(raw, "ModelInfer", 3_000_000_000L));
      expectCounted("unsupported", () -> end(raw, "Unheard", 0));
      expectCounted("unknown_model", () -> assertThat(streamed(client, "none")).contains("none"));
    }
  }

  /** Each request is counted once: where its model is known, with the model. */
  @Test
  void butNoneThatAModelCounts() throws Exception {
    double before = service.metrics().sum(FAILURES, "model=\"sigmoid\"");
    double refused = service.metrics().sum(COUNTER);
    try (GrpcClient client = new GrpcClient(service.grpcPort())) {
      assertThat(status("POST", INFER, "{}")).isEqualTo(400);
      assertThat(
              answer(
                  "POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno\r\n"
                      .formatted(INFER)))
          .contains("400");
      refused(
          client,
          GrpcClient.raw("sigmoid", 0).clearRawInputContents(),
          Status.Code.INVALID_ARGUMENT);
      assertThat(
              client
                  .calls()
                  .modelInfer(GrpcClient.raw("sigmoid", 0).build())
                  .getRawOutputContentsCount())
          .isEqualTo(1);
    }
    service.await(
        "all to be counted",
        () -> service.metrics().sum(FAILURES, "model=\"sigmoid\"") == before + 3);
    assertThat(service.metrics().sum(COUNTER)).isEqualTo(refused);
  }

  @Test
  void withoutAKey(@TempDir Path keys) throws Exception {
    Files.writeString(keys.resolve("caller"), "0123456789abcdef");
    try (ServiceProcess guarded = ServiceProcess.start("--verhulst.api-keys=" + keys);
        GrpcClient client = new GrpcClient(guarded.grpcPort())) {
      assertThat(status(guarded, "GET", "/v2", "")).isEqualTo(401);
      refused(client, GrpcClient.raw("sigmoid", 0), Status.Code.UNAUTHENTICATED);
      for (String protocol : new String[] {"http", "grpc"}) {
        guarded.await(
            "the one over " + protocol + " to be counted",
            () ->
                guarded
                        .metrics()
                        .sum(COUNTER, "protocol=\"" + protocol + "\"", "reason=\"unauthenticated\"")
                    == 1);
      }
    }
  }

  /** A call may be counted a moment after its end has arrived. */
  private static void expectCounted(String reason, Action action) throws Exception {
    Metrics before = service.metrics();
    action.run();
    service.await(
        "a request to be counted as " + reason,
        () -> service.metrics().sum(COUNTER) > before.sum(COUNTER));
    Metrics after = service.metrics();
    String label = "reason=\"" + reason + "\"";
    assertThat(after.sum(COUNTER, label)).as(reason).isEqualTo(before.sum(COUNTER, label) + 1);
    assertThat(after.sum(COUNTER)).as("all").isEqualTo(before.sum(COUNTER) + 1);
  }

  private static int status(String method, String path, String body) throws Exception {
    return status(service, method, path, body);
  }

  private static int status(ServiceProcess asked, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create(asked.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.body()).contains("error");
    return response.statusCode();
  }

  /** The first line of the answer to what need not be a request. */
  private static String answer(String request) throws IOException {
    try (Socket socket = new Socket("localhost", service.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(12);
      return new String(head, StandardCharsets.US_ASCII);
    }
  }

  private static void refused(
      GrpcClient client, ModelInferRequest.Builder request, Status.Code expected) {
    StatusRuntimeException error =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> client.calls().modelInfer(request.build()));
    assertThat(error.getStatus().getCode()).isEqualTo(expected);
  }

  /** Has a call of no more than its message's length refused. */
  private static void end(RawGrpc raw, String method, long byteSize) throws Exception {
    try (RawGrpc.Call call = raw.begin(method, byteSize)) {
      assertThat(call.end().status()).isNotEqualTo("0");
    }
  }

  /** The error that a stream answers a request to that model with. */
  private static String streamed(GrpcClient client, String model) throws Exception {
    CompletableFuture<String> error = new CompletableFuture<>();
    StreamObserver<ModelInferRequest> requests =
        client
            .async()
            .modelStreamInfer(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ModelStreamInferResponse response) {
                    error.complete(response.getErrorMessage());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    error.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(GrpcClient.raw(model, 0).build());
    requests.onCompleted();
    return error.get(20, TimeUnit.SECONDS);
  }
}
