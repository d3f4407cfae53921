package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.protobuf.util.JsonFormat;
import dev.verhulst.grpc.protocol.LogSettingsRequest;
import dev.verhulst.grpc.protocol.LogSettingsRequest.SettingValue;
import dev.verhulst.grpc.protocol.LogSettingsResponse;
import dev.verhulst.service.rest.TestServer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** What the server logs is shown and changed over HTTP and gRPC alike. */
@Timeout(60)
class LogSettingsTest {

  private static final String AS_STARTED =
      """
      {"log_file":"","log_info":true,"log_warning":true,"log_error":true,\
      "log_verbose_level":0,"log_format":"default"}""";

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private TestServer server;
  private GrpcClient client;

  @BeforeEach
  void start() {
    server = TestServer.startWithGrpc();
    client = new GrpcClient(server.grpcPort());
    logged.start();
    logger("ROOT").addAppender(logged);
  }

  @AfterEach
  void stop() {
    logger("ROOT").detachAppender(logged);
    client.close();
    server.close();
  }

  @Test
  void areShownWithEverySetting() throws Exception {
    assertThat(send("GET", "").body()).isEqualTo(AS_STARTED);
    assertThat(send("POST", "").body()).isEqualTo(AS_STARTED);
    assertThat(send("POST", "{}").body()).isEqualTo(AS_STARTED);
  }

  /** Each level is on or off for itself, in the server's loggers and those of its libraries. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                             | info warning error",
        "{'log_verbose_level': 1}                       | debug info warning error",
        "{'log_verbose_level': 7}                       | trace debug info warning error",
        "{'log_info': false}                            | warning error",
        "{'log_warning': false}                         | info error",
        "{'log_error': false}                           | info warning",
        "{'log_verbose_level': 1, 'log_info': false}    | debug warning error",
        "{'log_info': false, 'log_warning': false, 'log_error': false} | ",
      })
  void decideWhatIsLogged(String change, String expected) throws Exception {
    HttpResponse<String> answer = send("POST", change.replace("'", "\""));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    logged.list.clear();
    Logger logger = logger("dev.verhulst.service.Anything");
    logger.trace("trace");
    logger.debug("debug");
    logger.info("info");
    logger.warn("warning");
    logger.error("error");
    assertThat(messages("dev.verhulst.service.Anything"))
        .containsExactlyElementsOf(
            expected == null ? List.of() : List.of(expected.strip().split(" ")));
    logger("org.example.Library").warn("warning");
    assertThat(messages("org.example.Library").isEmpty())
        .isEqualTo(change.contains("'log_warning': false"));
  }

  @Test
  void aVerboseServerLogsEachRequest() throws Exception {
    send("GET", "");
    assertThat(messages("dev.verhulst.service.rest.ProtocolServlet")).isEmpty();
    send("POST", "{\"log_verbose_level\": 1}");
    client
        .calls()
        .logSettings(change("log_verbose_level", SettingValue.newBuilder().setUint32Param(0)));
    assertThat(messages("dev.verhulst.service.rest.ProtocolServlet"))
        .contains("POST /v2/logging: 200");
  }

  @Test
  void areTheSameOverGrpc() throws Exception {
    assertThat(settings(LogSettingsRequest.getDefaultInstance())).isEqualTo(AS_STARTED);
    String changed =
        settings(change("log_verbose_level", SettingValue.newBuilder().setUint32Param(-1)));
    assertThat(changed).contains("\"log_verbose_level\":4294967295");
    assertThat(send("GET", "").body()).isEqualTo(changed);
    assertThat(settings(change("log_info", SettingValue.newBuilder().setBoolParam(false))))
        .contains("\"log_info\":false");
    assertThat(send("GET", "").body()).contains("\"log_info\":false");
  }

  @Test
  void whatCanNotChangeIsRefusedAndNothingElseChanges() throws Exception {
    HttpResponse<String> file = send("POST", "{\"log_info\": false, \"log_file\": \"x.log\"}");
    assertThat(file.statusCode()).isEqualTo(400);
    assertThat(file.body())
        .contains("'log_file' can not be changed while the server runs", "logging.file.name");
    HttpResponse<String> format = send("POST", "{\"log_format\": \"ISO8601\"}");
    assertThat(format.statusCode()).isEqualTo(400);
    assertThat(format.body()).contains("it is 'default'", "logging.pattern.console");
    assertThat(send("GET", "").body()).isEqualTo(AS_STARTED);
    assertThat(send("POST", AS_STARTED).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'log_colour': true}               | unknown log setting 'log_colour'; expected one of",
        "{'log_info': 1}                    | log setting 'log_info' must be a boolean",
        "{'log_error': null}                | log setting 'log_error' must be a boolean",
        "{'log_verbose_level': -1}          | must be an integer from 0 to 4294967295",
        "{'log_verbose_level': 4294967296}  | must be an integer from 0 to 4294967295",
        "{'log_verbose_level': 99999999999999999999} | must be an integer from 0 to 4294967295",
        "{'log_verbose_level': 1.0}         | must be an integer from 0 to 4294967295",
        "{'log_verbose_level': {'a': [1]}}  | must be an integer from 0 to 4294967295",
        "[]                                 | expected an object",
        "{'log_info'                        | failed to parse the request JSON buffer",
      })
  void aValueThatASettingDoesNotTakeIsRefused(String body, String expected) throws Exception {
    HttpResponse<String> answer = send("POST", body.replace("'", "\""));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains(expected);
    assertThat(send("GET", "").body()).isEqualTo(AS_STARTED);
  }

  @Test
  void aSettingWithoutAValueIsRefusedOverGrpc() {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> settings(change("log_warning", SettingValue.newBuilder())));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refused.getStatus().getDescription())
        .isEqualTo("log setting 'log_warning' must be a boolean");
  }

  private static LogSettingsRequest change(String name, SettingValue.Builder value) {
    return LogSettingsRequest.newBuilder().putSettings(name, value.build()).build();
  }

  /** The answer of gRPC in the words of HTTP. */
  private String settings(LogSettingsRequest request) throws Exception {
    LogSettingsResponse response = client.calls().logSettings(request);
    StringBuilder json = new StringBuilder();
    for (String name :
        List.of(
            "log_file",
            "log_info",
            "log_warning",
            "log_error",
            "log_verbose_level",
            "log_format")) {
      String value =
          JsonFormat.printer()
              .omittingInsignificantWhitespace()
              .print(response.getSettingsOrThrow(name));
      json.append(json.isEmpty() ? "{" : ",")
          .append('"')
          .append(name)
          .append("\":")
          .append(value, value.indexOf(':') + 1, value.length() - 1);
    }
    return json.append('}').toString();
  }

  private List<String> messages(String logger) {
    return List.copyOf(logged.list).stream()
        .filter(event -> event.getLoggerName().equals(logger))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  private HttpResponse<String> send(String method, String body) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(server.uri("/v2/logging"))
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
