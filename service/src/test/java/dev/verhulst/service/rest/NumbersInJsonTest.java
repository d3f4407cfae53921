package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.verhulst.client.protocol.BFloat16;
import dev.verhulst.client.protocol.Float16;
import dev.verhulst.kernels.DataType;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Numbers in JSON as the protocol has them, there and back: leaky_relu with alpha 1 gives back what
 * it takes, to the bit.
 */
class NumbersInJsonTest {

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    server.expectEverythingGivenBack();
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void nanAndInfinitiesAreTakenBareOrAsStringsAndGivenBare(DataType type) throws IOException {
    assertThat(identity(type, "NaN,Infinity,-Infinity,\"NaN\",\"Infinity\",\"-Infinity\",1", 7))
        .isEqualTo("NaN,Infinity,-Infinity,NaN,Infinity,-Infinity,1.0");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "FP16 | 6.0E-8,-6.0E-8,6.1E-5,-0.0",
        "BF16 | 9.2E-41,-9.2E-41,1.17E-38,-0.0",
        "FP32 | 1.4E-45,-1.4E-45,1.1754942E-38,-0.0",
        "FP64 | 4.9E-324,-4.9E-324,2.225073858507201E-308,-0.0",
      })
  void subnormalsAndTheSignOfZeroAreKept(DataType type, String numbers) throws IOException {
    assertThat(identity(type, numbers, 4)).isEqualTo(numbers);
  }

  /** What is nearer to zero than to the least number is zero; that loses no order of magnitude. */
  @ParameterizedTest
  @CsvSource({"FP16, 2.9e-8", "BF16, 4.5e-41", "FP32, 7e-46", "FP64, 2.4e-324"})
  void whatIsTooSmallIsZero(DataType type, String number) throws IOException {
    assertThat(
            identity(type, number + ",-" + number + ",1e-99999,0e99999999999,-7e-99999999999", 5))
        .isEqualTo("0.0,-0.0,0.0,0.0,-0.0");
  }

  @ParameterizedTest
  @CsvSource({
    "FP16, 65519.99, 65520, 65500.0",
    "BF16, 3.395e38, 3.397e38, 3.39E38",
    "FP32, 3.4028235677973366e38, 3.4028235677973367e38, 3.4028235E38",
    "FP64, 1.797693134862315807e308, 1.797693134862315808e308, 1.7976931348623157E308"
  })
  void whatIsTooLargeIsRefused(DataType type, String largest, String beyond, String written)
      throws IOException {
    assertThat(identity(type, largest + ",-" + largest, 2)).isEqualTo(written + ",-" + written);
    for (String number : new String[] {beyond, "-" + beyond, "1e400", "1" + "0".repeat(400)}) {
      RawHttp.Response refused = post(type, "0," + number, 2);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.error())
          .contains("element 1 of input 'x' for model 'leaky_relu' is beyond the range of " + type);
    }
  }

  /** A floating-point tensor takes integers, each rounded once. */
  @Test
  void integersAreTakenAsNumbersAndRoundedOnce() throws IOException {
    assertThat(identity(DataType.FP64, "9007199254740993,9223372036854775807,-7,10", 4))
        .isEqualTo("9.007199254740992E15,9.223372036854775807E18,-7.0,10.0".replace("5807E", "6E"));
    assertThat(identity(DataType.FP32, "16777217,16777219,9007199791611905", 3))
        .isEqualTo("1.6777216E7,1.677722E7,9.0072E15");
    assertThat(identity(DataType.FP16, "2049,2051,65504", 3)).isEqualTo("2048.0,2052.0,65500.0");
    assertThat(identity(DataType.BF16, "257,259", 2)).isEqualTo("256.0,260.0");
  }

  /** Whatever way an integer of the protocol would be by way of a double, it is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'shape':[2.0]",
        "'shape':[2e0]",
        "'shape':['2']",
        "'shape':[9223372036854775808]",
        "'shape':[9007199254740993,1048576]",
        "'shape':[true]",
        "'shape':[2],'parameters':{'binary_data_size':8.0}",
        "'shape':[2],'parameters':{'binary_data_size':18446744073709551624}"
      })
  void integersOfTheProtocolAreIntegersInRange(String shape) throws IOException {
    RawHttp.Response refused =
        RawHttp.post(
            server.port(),
            "/v2/models/leaky_relu/infer",
            "",
            "{'inputs':[{'name':'x','datatype':'FP32',%s,'data':[1,2]}]}"
                .formatted(shape)
                .replace('\'', '"'));
    assertThat(refused.status()).as(refused.text()).isEqualTo(400);
  }

  /** A 64-bit integer near 2^53 is told from its neighbour, which a double does not do. */
  @Test
  void sixtyFourBitIntegersDoNotPassThroughADouble() throws IOException {
    RawHttp.Response refused =
        RawHttp.post(
            server.port(),
            "/v2/models/leaky_relu/infer",
            "",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[9007199254740993],\"data\":[1]}]}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("9007199254740993");
  }

  /** What the server writes, it reads as the same bits; and writes again as the same text. */
  @ParameterizedTest
  @EnumSource
  void theShortestTextTravelsRoundTheServerUnchanged(DataType type) throws IOException {
    Random random = new Random(7);
    StringJoiner numbers = new StringJoiner(",");
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      numbers.add(
          switch (type) {
            case FP16 -> Float.toString(Float16.toFloat((short) random.nextInt()));
            case BF16 -> Float.toString(BFloat16.toFloat((short) random.nextInt()));
            case FP32 -> Float.toString(Float.intBitsToFloat(random.nextInt()));
            case FP64 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
          });
    }
    String written = identity(type, numbers.toString(), count);
    if (type == DataType.FP32 || type == DataType.FP64) {
      assertThat(written).isEqualTo(numbers.toString());
    }
    assertThat(identity(type, written, count)).isEqualTo(written);
    String[] sent = numbers.toString().split(",");
    String[] got = written.split(",");
    for (int i = 0; i < count; i++) {
      assertThat(digits(got[i]))
          .as("%s for %s", got[i], sent[i])
          .isLessThanOrEqualTo(digits(sent[i]));
      assertThat(bits(type, got[i]))
          .as("%s for %s", got[i], sent[i])
          .isEqualTo(bits(type, sent[i]));
    }
  }

  /** A million numbers leave nothing on the heap: there is no tree, and no object per number. */
  @ParameterizedTest
  @EnumSource
  void aMillionNumbersAreReadAndWrittenWithoutATree(DataType type) throws IOException {
    int count = 1 << 20;
    String text =
        "{\"inputs\":[{\"name\":\"x\",\"data\":[" + "0.123456789,".repeat(count - 1) + "-1e-3]}]}";
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment body =
          arena
              .allocate(text.length())
              .copyFrom(MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII)));
      MemorySegment tensor = arena.allocate((long) count * type.byteSize(), 64);
      byte[] window = new byte[64 * 1024];
      readAndWrite(body, window, count, type, tensor); // what is made once is made
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();
      readAndWrite(body, window, count, type, tensor);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 * 1024);
    }
  }

  private static void readAndWrite(
      MemorySegment body, byte[] window, int count, DataType type, MemorySegment tensor)
      throws IOException {
    FrameScanner scanner = new FrameScanner();
    JsonText text = JsonText.of(BodyPieces.of(body), window);
    scanner.scan(text);
    NumberReader.read(text, scanner.dataStart(0), "x", count, type, tensor);
    JsonSink sink = new JsonSink(window, OutputStream.nullOutputStream());
    new NumberWriter().write(type, tensor, sink);
    assertThat(sink.written()).isGreaterThan(2L * count);
  }

  /** How many digits of a number say anything; zero has none. */
  private static int digits(String number) {
    return number.replaceFirst("E.*", "").replace(".", "").replaceAll("^-?0*|0*$", "").length();
  }

  private static long bits(DataType type, String number) {
    double value = Double.parseDouble(number);
    return switch (type) {
      case FP16 -> Float16.fromDouble(value);
      case BF16 -> BFloat16.fromDouble(value);
      case FP32 -> Float.floatToIntBits(Float.parseFloat(number));
      case FP64 -> Double.doubleToLongBits(value);
    };
  }

  /** The numbers of the answer, as they are written. */
  private static String identity(DataType type, String numbers, int count) throws IOException {
    RawHttp.Response response = post(type, numbers, count);
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    String text = response.text();
    int start = text.indexOf("\"data\":[") + "\"data\":[".length();
    return text.substring(start, text.indexOf(']', start));
  }

  private static RawHttp.Response post(DataType type, String numbers, int count)
      throws IOException {
    return RawHttp.post(
        server.port(),
        "/v2/models/leaky_relu/infer",
        "",
        "{\"parameters\":{\"alpha\":1.0},\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[%d],\"data\":[%s]}]}"
            .formatted(type, count, numbers));
  }
}
