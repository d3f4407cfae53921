package dev.verhulst.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.Devices;
import dev.verhulst.service.fakes.LeaseAudit;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.lifecycle.StartFailures;
import dev.verhulst.service.management.ManagementServer;
import dev.verhulst.service.memory.PooledTensorMemory;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.MapPropertySource;

/** The whole application in this process, on free ports. */
@Timeout(120)
class VerhulstApplicationTest {

  private static final String REQUEST =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[3],\"datatype\":\"FP32\",\"data\":[-1,0,1]}]}";

  /** They stand behind the arguments of a test, and before application.yml. */
  private static final Map<String, Object> SETTINGS =
      Map.of(
          "server.port",
          0,
          "management.server.port",
          0,
          "spring.grpc.server.port",
          0,
          "verhulst.device",
          "cpu",
          "verhulst.warm-up",
          "");

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void startsAnswersCountsAndStops() throws Exception {
    ConfigurableApplicationContext context = start("--verhulst.memory.budget=64MB");
    ServerState state = context.getBean(ServerState.class);
    PooledTensorMemory memory = context.getBean(PooledTensorMemory.class);
    int port = Integer.parseInt(property(context, "local.server.port"));
    int managementPort = context.getBean(ManagementServer.class).port();
    while (!state.isReady()) {
      Thread.sleep(10);
    }

    assertThat(get(port, "/v2/health/ready").statusCode()).isEqualTo(200);
    assertThat(get(managementPort, "/health").body()).contains("\"status\":\"UP\"");
    assertThat(post(port, "/v2/models/sigmoid/infer", REQUEST).body())
        .contains("[0.268941", ",0.5,0.731058");
    assertThat(post(port, "/v2/models/sigmoid/infer", "{").statusCode()).isEqualTo(400);

    LeaseAudit.expectNothingLent(memory);
    assertThat(get(managementPort, "/metrics").body())
        .contains("nv_inference_request_success{model=\"sigmoid\",version=\"1\"} 1.0\n")
        .contains("nv_inference_count{model=\"sigmoid\",version=\"1\"} 3.0\n")
        .contains("nv_inference_exec_count{model=\"sigmoid\",version=\"1\"} 1.0\n")
        .contains(
            "nv_inference_request_failure{model=\"sigmoid\",reason=\"OTHER\",version=\"1\"} 1.0\n")
        .contains("nv_inference_pending_request_count{model=\"sigmoid\",version=\"1\"} 0.0\n")
        .contains("verhulst_request_duration_seconds_count{model=\"sigmoid\",version=\"1\"} 1\n")
        .contains("verhulst_memory_budget_bytes 6.7108864E7\n")
        .contains("verhulst_memory_leases 0.0\n")
        .contains("verhulst_device_info{")
        .contains("kind=\"cpu\"")
        .contains("verhulst_ready 1.0\n")
        .contains("jvm_memory_used_bytes{");

    context.close();
    assertThat(state.isStopping()).isTrue();
    assertThat(memory.allocatedBytes()).isZero();
    assertThat(catchThrowable(() -> get(port, "/v2"))).isInstanceOf(IOException.class);
  }

  @Test
  void aStartThatCannotSucceedSaysWhyInOneLine() throws IOException {
    try (ServerSocket holder = new ServerSocket(0)) {
      int port = holder.getLocalPort();
      assertThat(reasonOf("--server.port=" + port))
          .isEqualTo(
              "port "
                  + port
                  + " is in use; stop what holds it, or choose another with --server.port");
      assertThat(reasonOf("--spring.grpc.server.port=" + port))
          .isEqualTo(
              "port "
                  + port
                  + " is in use; stop what holds it, or choose another with --spring.grpc.server.port");
    }
    assertThat(reasonOf("--verhulst.grpc.max-message-size=0B"))
        .contains("verhulst.grpc.max-message-size must be positive, got 0B");
    assertThat(reasonOf("--verhulst.warm-up=sigmoid,sigmiod"))
        .startsWith("verhulst.warm-up names sigmiod, but there are only the models algebraic, ");
    assertThat(reasonOf("--verhulst.device=tpu")).startsWith("verhulst.device cannot be 'tpu': ");
    assertThat(reasonOf("--verhulst.memory.budget=much"))
        .isEqualTo("verhulst.memory.budget cannot be 'much': expected a size, e.g. 512MB");
    assertThat(reasonOf("--verhulst.batching.concurrency=few"))
        .isEqualTo("verhulst.batching.concurrency cannot be 'few': expected a whole number");
    assertThat(reasonOf("--verhulst.memory.wait-timeout=5parsecs"))
        .isEqualTo(
            "verhulst.memory.wait-timeout cannot be '5parsecs': "
                + "expected a duration, e.g. 500ms or 30s");
    assertThat(reasonOf("--verhulst.batching.max-queue-size=0"))
        .isEqualTo("verhulst.batching: max-queue-size must be at least 1, got 0");
    assertThat(reasonOf("--verhulst.http.max-body-size=0"))
        .isEqualTo("verhulst.http.max-body-size must be positive, got 0B");
    assertThat(reasonOf("--verhulst.models.sigmiod.batching.max-queue-size=1"))
        .isEqualTo("verhulst.models.sigmiod: there is no such model");
  }

  @Test
  void aSettingThatNothingReadsIsRefused() {
    assertThat(reasonOf("--verhulst.devise=cpu"))
        .startsWith("verhulst.devise: there is no such setting; there are verhulst.api-keys, ")
        .contains("verhulst.device, ", "verhulst.warm-up");
    assertThat(reasonOf("--verhulst.memory.bugdet=1GB"))
        .isEqualTo(
            "verhulst.memory.bugdet: there is no such setting; there are verhulst.memory.budget, "
                + "verhulst.memory.idle-retention, verhulst.memory.wait-timeout");
    assertThat(reasonOf("--verhulst.models.sigmoid.batching.max-queue=1"))
        .startsWith("verhulst.models.sigmoid.batching.max-queue: there is no such setting");
    assertThat(reasonOf("cpu"))
        .isEqualTo("the argument 'cpu' is no setting; settings are given as --name=value");
  }

  @Test
  void settingsOfEveryShapeAreKnown() {
    start(
            "--verhulst.warm-up[0]=sigmoid",
            "--verhulst.memory.waitTimeout=1s",
            "--verhulst.models.log_sigmoid.batching.preferred-batch-sizes=4,8",
            "--verhulst.batching.preferred-batch-sizes[0]=4")
        .close();
  }

  @Test
  void aDeviceThatCannotBeHadSaysWhyInOneLine() {
    DeviceDetection detection = Devices.ofThisMachine().cuda();
    if (detection instanceof DeviceDetection.Available(Device gpu)) {
      gpu.close();
      abort("this machine has a GPU, so that it can be had");
    }
    assertThat(reasonOf("--verhulst.device=cuda"))
        .startsWith("CUDA was asked for and is not available: ");
  }

  /** Settings of models with an underscore in their name reach them. */
  @Test
  void aModelsSettingsAreReadByItsName() {
    try (ConfigurableApplicationContext context =
        start("--verhulst.models.log_sigmoid.batching.max-batch-size=8")) {
      int port = Integer.parseInt(property(context, "local.server.port"));
      String nine =
          "{\"inputs\":[{\"name\":\"x\",\"shape\":[9],\"datatype\":\"FP32\","
              + "\"data\":[1,2,3,4,5,6,7,8,9]}]}";
      assertThat(post(port, "/v2/models/log_sigmoid/infer", nine).body())
          .contains("inference request batch-size must be <= 8 for 'log_sigmoid'");
      assertThat(post(port, "/v2/models/sigmoid/infer", nine).statusCode()).isEqualTo(200);
    }
  }

  private static String reasonOf(String argument) {
    Throwable failure = catchThrowable(() -> start(argument).close());
    assertThat(failure).as("the failure of a start with " + argument).isNotNull();
    String reason = StartFailures.reason(failure);
    assertThat(reason).as("the reason of " + failure).isNotNull().doesNotContain("\n");
    return Objects.requireNonNull(reason);
  }

  private static ConfigurableApplicationContext start(String... arguments) {
    SpringApplication application = VerhulstApplication.application();
    application.addListeners(
        (ApplicationEnvironmentPreparedEvent event) ->
            event
                .getEnvironment()
                .getPropertySources()
                .addAfter(
                    CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME,
                    new MapPropertySource("for tests", SETTINGS)));
    return application.run(arguments);
  }

  private static String property(ConfigurableApplicationContext context, String name) {
    return context.getEnvironment().getRequiredProperty(name);
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(int port, String path, String body) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
