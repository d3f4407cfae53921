package dev.verhulst.service.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InflatingStreamTest {

  private static final byte[] PLAIN = plain(100_000);

  private static byte[] plain(int length) {
    byte[] bytes = new byte[length];
    Random random = new Random(11);
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) random.nextInt(20);
    }
    return bytes;
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of(ContentCoding.GZIP, Compressed.gzip(PLAIN)),
        Arguments.of(ContentCoding.DEFLATE, Compressed.zlib(PLAIN)),
        Arguments.of(ContentCoding.DEFLATE, Compressed.bare(PLAIN)));
  }

  @ParameterizedTest
  @MethodSource("forms")
  void inflatesInPiecesOfAnySizeOnAndOffTheHeap(ContentCoding coding, byte[] compressed)
      throws IOException {
    for (int piece : new int[] {1, 7, 1_000, 1 << 20}) {
      assertThat(inflate(coding, compressed, piece, ByteBuffer.allocateDirect(333)))
          .isEqualTo(PLAIN);
      assertThat(inflate(coding, compressed, piece, ByteBuffer.allocate(1 << 18))).isEqualTo(PLAIN);
    }
    try (InflatingStream stream = stream(coding, compressed, 100)) {
      assertThat(stream.readAllBytes()).isEqualTo(PLAIN);
      assertThat(stream.isFinished()).isTrue();
    }
  }

  @Test
  void inflatesNothingToNothing() throws IOException {
    byte[] nothing = new byte[0];
    assertThat(inflate(ContentCoding.GZIP, Compressed.gzip(nothing))).isEmpty();
    assertThat(inflate(ContentCoding.DEFLATE, Compressed.zlib(nothing))).isEmpty();
    assertThat(inflate(ContentCoding.DEFLATE, Compressed.bare(nothing))).isEmpty();
  }

  @Test
  void readsAGzipFileOfSeveralMembers() throws IOException {
    byte[] members =
        joined(
            Compressed.gzip(PLAIN), Compressed.gzip(new byte[0]), Compressed.gzip(new byte[] {7}));
    assertThat(inflate(ContentCoding.GZIP, members)).isEqualTo(joined(PLAIN, new byte[] {7}));
  }

  @Test
  void skipsEveryPartOfAGzipHeader() throws IOException {
    byte[] file = Compressed.gzip(PLAIN);
    byte[] header = {0x1F, (byte) 0x8B, 8, 31, 1, 2, 3, 4, 2, 3, 3, 0, 'a', 'b', 'c'};
    byte[] texts = {'n', 'a', 'm', 'e', 0, 'w', 'h', 'y', 0};
    CRC32 checksum = new CRC32();
    checksum.update(header);
    checksum.update(texts);
    byte[] check = {(byte) checksum.getValue(), (byte) (checksum.getValue() >>> 8)};
    byte[] whole = joined(header, texts, check, Arrays.copyOfRange(file, 10, file.length));
    assertThat(inflate(ContentCoding.GZIP, whole)).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void refusesWhatIsCutOffAnywhere(ContentCoding coding, byte[] compressed) {
    for (int length = 0; length < compressed.length; length += 1 + length / 50) {
      byte[] start = Arrays.copyOf(compressed, length);
      expectRefused(coding, start, "ends within its " + coding.token() + " data");
    }
    byte[] allButOne = Arrays.copyOf(compressed, compressed.length - 1);
    expectRefused(coding, allButOne, "ends within its " + coding.token() + " data");
  }

  @ParameterizedTest
  @MethodSource("forms")
  void refusesWhatComesBehindItsEnd(ContentCoding coding, byte[] compressed) {
    String data = "is not the " + coding.token() + " data";
    expectRefused(coding, joined(compressed, new byte[] {0, 0, 0, 0}), data);
    expectRefused(coding, joined(compressed, "{}{}".getBytes(StandardCharsets.ISO_8859_1)), data);
  }

  /**
   * A flipped bit is found by the format, the checksum or the length; but for the few that fill the
   * last byte up, which stand for nothing.
   */
  @Test
  void refusesAnyFlippedBit() throws IOException {
    byte[] plain = plain(200);
    byte[] gzip = Compressed.gzip(plain);
    byte[] zlib = Compressed.zlib(plain);
    int unseen = 0;
    for (int bit = 80; bit < 8 * gzip.length; bit++) {
      unseen += isUnseen(ContentCoding.GZIP, flipped(gzip, bit), plain) ? 1 : 0;
    }
    assertThat(unseen).isLessThan(8);
    unseen = 0;
    for (int bit = 16; bit < 8 * zlib.length; bit++) {
      unseen += isUnseen(ContentCoding.DEFLATE, flipped(zlib, bit), plain) ? 1 : 0;
    }
    assertThat(unseen).isLessThan(8);
  }

  private static boolean isUnseen(ContentCoding coding, byte[] compressed, byte[] plain)
      throws IOException {
    byte[] inflated;
    try {
      inflated = inflate(coding, compressed);
    } catch (InferenceException e) {
      assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
      assertThat(e).hasMessageContaining(coding.token() + " data");
      return false;
    }
    assertThat(inflated).isEqualTo(plain);
    return true;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"inputs\":[]}", "\u001F\u0000\u0008", "plain"})
  void refusesWhatIsNotCompressedAtAll(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    expectRefused(ContentCoding.GZIP, bytes, "gzip data");
    expectRefused(ContentCoding.DEFLATE, bytes, "deflate data");
  }

  /** Empty blocks without end: they take no memory, and must not take time without end either. */
  @Test
  void refusesDataThatUnfoldsToNothingForEver() {
    byte[] blocks = new byte[5 * 10_000];
    for (int i = 0; i < blocks.length; i += 5) {
      blocks[i + 3] = (byte) 0xFF;
      blocks[i + 4] = (byte) 0xFF;
    }
    try (InflatingStream stream =
        new InflatingStream(new PlainInput(blocks, 1_000), ContentCoding.DEFLATE, 20_000)) {
      assertThatThrownBy(() -> stream.read(ByteBuffer.allocate(10)))
          .isInstanceOfSatisfying(
              InferenceException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TOO_LARGE))
          .hasMessageContaining("more than 20000 bytes of deflate data");
    }
  }

  private static void expectRefused(ContentCoding coding, byte[] compressed, String words) {
    assertThatThrownBy(() -> inflate(coding, compressed))
        .isInstanceOfSatisfying(
            InferenceException.class,
            e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
        .hasMessageContaining(words);
  }

  private static byte[] inflate(ContentCoding coding, byte[] compressed) throws IOException {
    return inflate(coding, compressed, 1_000, ByteBuffer.allocateDirect(10_000));
  }

  private static byte[] inflate(ContentCoding coding, byte[] compressed, int piece, ByteBuffer to)
      throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (InflatingStream stream = stream(coding, compressed, piece)) {
      for (int count = stream.read(to.clear()); count >= 0; count = stream.read(to.clear())) {
        byte[] bytes = new byte[count];
        to.flip().get(bytes);
        plain.write(bytes);
      }
    }
    return plain.toByteArray();
  }

  private static InflatingStream stream(ContentCoding coding, byte[] compressed, int piece) {
    return new InflatingStream(new PlainInput(compressed, piece), coding, 1 << 20);
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] wrong = bytes.clone();
    wrong[bit / 8] ^= (byte) (1 << bit % 8);
    return wrong;
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
