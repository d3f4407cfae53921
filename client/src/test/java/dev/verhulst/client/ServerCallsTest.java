package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.client.error.InvalidRequestException;
import dev.verhulst.client.error.ProtocolException;
import dev.verhulst.client.metadata.CountedTime;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.TensorMetadata;
import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Statistics, configuration and repository, as Triton and MLServer write them. */
class ServerCallsTest {

  private final FakeServer server = new FakeServer();
  private final VerhulstClient client = VerhulstClient.connect(server.url());

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void statisticsOfTriton() {
    server.reply(
        Reply.json(
            """
            {"model_stats":[{"name":"m","version":"2","last_inference":1700000000123,
             "inference_count":7,"execution_count":3,"new_field":{"a":[1]},
             "inference_stats":{"success":{"count":3,"ns":3000},"fail":{"count":1,"ns":10},
              "queue":{"count":3,"ns":300},"compute_input":{"count":3,"ns":30},
              "compute_infer":{"count":3,"ns":33},"compute_output":{"count":3,"ns":36},
              "cache_hit":{"count":0,"ns":0},"cache_miss":{"count":0,"ns":0}},
             "batch_stats":[{"batch_size":4,"compute_input":{"count":1,"ns":2},
              "compute_infer":{"count":1,"ns":3},"compute_output":{"count":1,"ns":4}}]}]}
            """));
    ModelStatistics statistics = client.statistics("m", "2").get(0);
    assertThat(server.onlyRequest().path()).isEqualTo("/v2/models/m/versions/2/stats");
    assertThat(statistics.name()).isEqualTo("m");
    assertThat(statistics.version()).isEqualTo("2");
    assertThat(statistics.lastInference()).hasValue(Instant.ofEpochMilli(1700000000123L));
    assertThat(statistics.inferenceCount()).isEqualTo(7);
    assertThat(statistics.executionCount()).isEqualTo(3);
    assertThat(statistics.success()).isEqualTo(new CountedTime(3, Duration.ofNanos(3000)));
    assertThat(statistics.success().mean()).isEqualTo(Duration.ofNanos(1000));
    assertThat(statistics.fail().count()).isEqualTo(1);
    assertThat(statistics.computeOutput().total()).isEqualTo(Duration.ofNanos(36));
    assertThat(statistics.batches().get(0).batchSize()).isEqualTo(4);
    assertThat(statistics.batches().get(0).computeInfer().total()).isEqualTo(Duration.ofNanos(3));
  }

  @Test
  void statisticsThatLackAlmostEverything() {
    server.reply(
        Reply.json(
            "{\"model_stats\":[{\"name\":\"m\",\"inference_count\":\"9\",\"version\":null,"
                + "\"inference_stats\":null,\"batch_stats\":null}]}"));
    ModelStatistics statistics = client.async().statistics().join().get(0);
    assertThat(server.onlyRequest().path()).isEqualTo("/v2/models/stats");
    assertThat(statistics.inferenceCount()).isEqualTo(9);
    assertThat(statistics.version()).isEmpty();
    assertThat(statistics.lastInference()).isEmpty();
    assertThat(statistics.queue()).isEqualTo(CountedTime.NONE);
    assertThat(statistics.queue().mean()).isZero();
    server.reply(Reply.json("{}"));
    assertThat(client.statistics("m")).isEmpty();
  }

  @Test
  void whatIsNoStatisticsIsAProtocolError() {
    server.reply(Reply.json("{\"model_stats\":[{\"inference_count\":\"many\"}]}"));
    assertThatThrownBy(client::statistics)
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("expected an integer");
  }

  @Test
  void configurations() {
    String json =
        "{\"name\":\"m\",\"backend\":\"onnxruntime\",\"max_batch_size\":8,"
            + "\"input\":[{\"name\":\"x\",\"data_type\":\"TYPE_FP32\",\"dims\":[\"-1\",4]},"
            + "{\"name\":\"s\",\"data_type\":\"TYPE_STRING\",\"dims\":[1]}],\"output\":[]}";
    server.reply(Reply.json(json));
    ModelConfiguration configuration = client.modelConfiguration("m");
    assertThat(server.onlyRequest().path()).isEqualTo("/v2/models/m/config");
    assertThat(configuration.maximumBatchSize()).isEqualTo(8);
    assertThat(configuration.platform()).isEmpty();
    assertThat(configuration.backend()).isEqualTo("onnxruntime");
    assertThat(configuration.inputs())
        .containsExactly(
            new TensorMetadata("x", "FP32", List.of(-1L, 4L)),
            new TensorMetadata("s", "BYTES", List.of(1L)));
    assertThat(configuration.json()).isEqualTo(json);
  }

  @Test
  void theRepositoryOfMlServer() {
    server.reply(
        Reply.json(
            "[{\"name\":\"a\",\"version\":\"v1\",\"state\":\"READY\",\"reason\":\"\"},"
                + "{\"name\":\"b\",\"state\":\"UNAVAILABLE\",\"reason\":null,\"x\":1}]"));
    assertThat(client.repositoryIndex())
        .containsExactly(
            new RepositoryEntry("a", "v1", "READY", ""),
            new RepositoryEntry("b", "", "UNAVAILABLE", ""));
    assertThat(client.async().repositoryIndex(true).join().get(0).isReady()).isTrue();
    assertThat(server.received().get(0).json()).isEqualTo("{\"ready\":false}");
    assertThat(server.received().get(1).json()).isEqualTo("{\"ready\":true}");
    assertThat(server.received().get(1).path()).isEqualTo("/v2/repository/index");
  }

  @Test
  void loadingAndUnloading() {
    server.reply(Reply.text(200, ""));
    client.loadModel("m");
    client.loadModel("m", "{\"backend\":\"b\"}");
    client.unloadModel("m");
    assertThat(client.async().unloadModel("m", true)).succeedsWithin(Duration.ofSeconds(20));
    assertThat(server.received())
        .extracting(request -> request.path() + " " + request.json())
        .containsExactly(
            "/v2/repository/models/m/load {}",
            "/v2/repository/models/m/load"
                + " {\"parameters\":{\"config\":\"{\\\"backend\\\":\\\"b\\\"}\"}}",
            "/v2/repository/models/m/unload {}",
            "/v2/repository/models/m/unload {\"parameters\":{\"unload_dependents\":true}}");
    server.reply(Reply.error(400, "failed to load 'm'"));
    assertThatThrownBy(() -> client.loadModel("m"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("failed to load 'm'");
  }

  @Test
  void whatConcernsOneServerHasToSayWhich() {
    server.reply(Reply.text(200, ""));
    try (VerhulstClient two =
        VerhulstClient.builder(server.url()).endpoint("http://localhost:1").build()) {
      assertThatThrownBy(() -> two.loadModel("m"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("client.at(endpoint).loadModel(...)");
      assertThat(two.endpoints())
          .containsExactly(URI.create(server.url()), URI.create("http://localhost:1"));
      two.at(URI.create(server.url())).loadModel("m");
      assertThat(two.isLive()).as("one of two is").isTrue();
      assertThat(two.at(URI.create("http://localhost:1")).isLive()).isFalse();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> two.at(URI.create("http://localhost:2")))
          .withMessageContaining("no endpoint http://localhost:2");
    }
  }

  @Test
  void aSchemeThatNothingSpeaksSaysWhatWould() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VerhulstClient.connect("smtp://localhost:25"))
        .withMessageContaining("nothing speaks 'smtp'")
        .withMessageContaining("verhulst-client-grpc");
  }
}
