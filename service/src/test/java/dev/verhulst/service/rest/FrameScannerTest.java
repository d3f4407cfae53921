package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameScannerTest {

  private final FrameScanner scanner = new FrameScanner();

  @Test
  void takesTheNumbersOfEveryInputOut() {
    String text =
        """
        {"inputs": [ {"data" : [1, [2]], "name":"x"}, {"name":"]", "data":\t[ "}]", "\\"]" ] } ],
         "id": "{[\\\\"}\
        """;
    assertThat(frame(text))
        .isEqualTo(
            """
            {"inputs": [ {"data" : [], "name":"x"}, {"name":"]", "data": [] } ], "id": "{[\\\\"}\
            """);
    assertThat(data(text)).containsExactly("[1, [2]]", "[ \"}]\", \"\\\"]\" ]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"data\":[1],\"outputs\":[{\"data\":[2]}]}",
        "{\"inputs\":[{\"parameters\":{\"data\":[1]}}]}",
        "{\"inputs\":[[{\"data\":[1]}]]}",
        "{\"inputs\":{\"a\":{\"data\":[1]}}}",
        "{\"inputs\":[{\"name\":\"data\",\"shape\":[1]}]}",
        "{\"a\":\"inputs\",\"b\":[{\"data\":[1]}]}",
        "[{\"inputs\":[{\"data\":[1]}]}]",
        "{\"inputs\":[{\"d\\u0061ta\":[1]}]}",
        "{\"inputs\":[{\"data\":1}]}",
      })
  void leavesEverythingElseInTheFrame(String text) {
    assertThat(frame(text)).isEqualTo(text);
    assertThat(scanner.dataCount()).isZero();
  }

  @Test
  void seesTheSameThroughASmallWindow() {
    String numbers = "[" + "1.25,".repeat(10_000) + "2]";
    String text =
        "{\"inputs\":[{\"data\":%s,\"name\":\"x\"},{\"data\":%s}]}".formatted(numbers, numbers);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    MemorySegment body = Arena.ofAuto().allocate(bytes.length);
    body.copyFrom(MemorySegment.ofArray(bytes));
    scanner.scan(JsonText.of(BodyPieces.of(body), new byte[64]));
    assertThat(new String(scanner.frame(), 0, scanner.frameLength(), StandardCharsets.UTF_8))
        .isEqualTo("{\"inputs\":[{\"data\":[],\"name\":\"x\"},{\"data\":[]}]}");
    for (int i = 0; i < 2; i++) {
      assertThat(text.substring((int) scanner.dataStart(i), (int) scanner.dataEnd(i)))
          .isEqualTo(numbers);
    }
  }

  @Test
  void holdsNestingAndLengthToTheirLimits() {
    assertThat(data("{\"inputs\":[{\"data\":" + "[".repeat(100) + "]".repeat(100) + "}]}"))
        .hasSize(1);
    assertThatThrownBy(() -> frame("{\"inputs\":[{\"data\":" + "[".repeat(250_000)))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("nested deeper than 100");
    assertThatThrownBy(() -> frame("{\"id\":\"" + "x".repeat(70_000) + "\"}"))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("longer than 65536 bytes");
    assertThatThrownBy(() -> frame("{\"inputs\":[{\"data\":[1, 2"))
        .isInstanceOf(InferenceException.class)
        .hasMessageContaining("ends within the 'data'");
  }

  private String frame(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    scanner.scan(JsonText.in(bytes, bytes.length));
    return new String(scanner.frame(), 0, scanner.frameLength(), StandardCharsets.UTF_8);
  }

  private List<String> data(String text) {
    frame(text);
    List<String> data = new ArrayList<>();
    for (int i = 0; i < scanner.dataCount(); i++) {
      data.add(text.substring((int) scanner.dataStart(i), (int) scanner.dataEnd(i)));
    }
    return data;
  }
}
