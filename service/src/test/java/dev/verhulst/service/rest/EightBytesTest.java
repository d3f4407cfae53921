package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EightBytesTest {

  private final Random random = new Random(4);

  @Test
  void readsEightDigits() {
    for (int i = 0; i < 100_000; i++) {
      int number = random.nextInt(100_000_000);
      byte[] text = "x%08dx".formatted(number).getBytes(StandardCharsets.US_ASCII);
      long eight = EightBytes.at(text, 1);
      assertThat(EightBytes.areDigits(eight)).isTrue();
      assertThat(EightBytes.number(eight)).isEqualTo(number);
    }
  }

  @Test
  void tellsDigitsFromEverythingElse() {
    for (int place = 0; place < 8; place++) {
      for (int value = 0; value < 256; value++) {
        byte[] text = "90909090".getBytes(StandardCharsets.US_ASCII);
        text[place] = (byte) value;
        assertThat(EightBytes.areDigits(EightBytes.at(text, 0)))
            .as("%d at %d", value, place)
            .isEqualTo(value >= '0' && value <= '9');
      }
    }
  }

  @Test
  void findsTheFirstQuoteOrBracketWhereverItStands() {
    for (int length = 0; length < 40; length++) {
      for (int place = 0; place <= length; place++) {
        for (char character : new char[] {'"', '[', ']'}) {
          byte[] text = "0.5,-1e3 ".repeat(6).getBytes(StandardCharsets.US_ASCII);
          text[place] = (byte) character;
          text[length] = '[';
          assertThat(EightBytes.findQuoteOrBracket(text, 0, length)).isEqualTo(place);
        }
      }
    }
  }
}
