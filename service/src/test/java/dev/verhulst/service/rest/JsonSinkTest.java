package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSinkTest {

  private static String written(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonSink sink = new JsonSink(new byte[400], out);
    sink.put("{\"text\":");
    sink.putString(text);
    sink.put('}');
    sink.flush();
    assertThat(sink.written()).isEqualTo(out.size());
    return JsonBody.of(out.toString(StandardCharsets.UTF_8)).text("text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sigmoid", "a b~!", "say \"hi\"", "back\\slash", "é", "模型", "\u0001\n", "😀"})
  void aStringReadsBackAsItWas(String text) throws IOException {
    assertThat(written(text)).isEqualTo(text);
    String longer = text.repeat(300);
    assertThat(written(longer)).isEqualTo(longer);
  }

  @Test
  void halfOfASurrogatePairIsAQuestionMark() throws IOException {
    assertThat(written("a\ud83d")).isEqualTo("a?");
    assertThat(written("\udc00b")).isEqualTo("?b");
  }
}
