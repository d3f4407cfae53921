package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.rest.RequestDecoder.FrameReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LastHeaderTest {

  private static final FrameReader READER = (model, scanner) -> header("read");
  private static final FrameReader OTHER = (model, scanner) -> header("read otherwise");

  private final LastHeader last = new LastHeader();

  @Test
  void knowsNothingAtFirst() {
    assertThat(last.find("sigmoid", READER, bytes("{}"), 2)).isNull();
    assertThat(last.find("sigmoid", READER, new byte[0], 0)).isNull();
  }

  @Test
  void findsWhatTheSameTextHasSaidToTheSameModelAndReader() {
    RequestHeader header = header("a");
    last.keep("sigmoid", READER, bytes("{\"id\":\"a\"} and more"), 10, header);

    assertThat(last.find("sigmoid", READER, bytes("{\"id\":\"a\"} and others"), 10))
        .isSameAs(header);
    assertThat(last.find("sigmoid", READER, bytes("{\"id\":\"b\"}"), 10)).isNull();
    assertThat(last.find("sigmoid", READER, bytes("{\"id\":\"a\"} "), 11)).isNull();
    assertThat(last.find("sigmoid", READER, bytes("{\"id\":\"a\"}"), 9)).isNull();
    assertThat(last.find("relu", READER, bytes("{\"id\":\"a\"}"), 10)).isNull();
    assertThat(last.find("sigmoid", OTHER, bytes("{\"id\":\"a\"}"), 10)).isNull();
  }

  @Test
  void forgetsWhatWasBeforeTheLast() {
    last.keep("sigmoid", READER, bytes("[1]"), 3, header("1"));
    RequestHeader second = header("2");
    last.keep("sigmoid", READER, bytes("[2]"), 3, second);

    assertThat(last.find("sigmoid", READER, bytes("[1]"), 3)).isNull();
    assertThat(last.find("sigmoid", READER, bytes("[2]"), 3)).isSameAs(second);
  }

  @Test
  void keepsNoLongTexts() {
    last.keep("sigmoid", READER, new byte[2000], 1025, header("long"));
    assertThat(last.find("sigmoid", READER, new byte[2000], 1025)).isNull();
    last.keep("sigmoid", READER, new byte[2000], 1024, header("short"));
    assertThat(last.find("sigmoid", READER, new byte[2000], 1024)).isNotNull();
  }

  private static RequestHeader header(String id) {
    return new RequestHeader(
        new InferenceRequest(id, List.of(), List.of(), true, Map.of(), 0, Duration.ZERO),
        List.of());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
