package dev.verhulst.benchmarks.json;

import ch.randelshofer.fastdoubleparser.JavaDoubleParser;
import ch.randelshofer.fastdoubleparser.JavaFloatParser;
import dev.verhulst.kernels.DataType;
import dev.verhulst.service.rest.NumbersInJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The time of one number: read from a request's JSON into a tensor, or written from a tensor. The
 * numbers are normally distributed, in the shortest text that their type has. What every contender
 * reads is compared, to the bit, before anything is timed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(JsonBenchmark.COUNT)
@SuppressWarnings("NullAway.Init") // JMH sets the parameter, and the setup the rest.
public class JsonBenchmark {

  static final int COUNT = 1 << 16;

  @Param public DataType dataType;

  private final NumbersInJson ours = new NumbersInJson();
  private final OutputStream nowhere = new Nowhere();
  private MemorySegment tensor;
  private MemorySegment read;
  private byte[] request;
  private MemorySegment nativeRequest;

  /** Where each number starts in the request, and behind the last one, where another would. */
  private int[] starts;

  @Setup
  public void prepare() throws IOException {
    Arena arena = Arena.ofAuto();
    long byteSize = (long) COUNT * dataType.byteSize();
    tensor = arena.allocate(byteSize, 64);
    read = arena.allocate(byteSize, 64);
    Random random = new Random(1);
    for (int i = 0; i < COUNT; i++) {
      Elements.put(dataType, tensor, i, random.nextGaussian());
    }
    ByteArrayOutputStream numbers = new ByteArrayOutputStream();
    ours.write(dataType, tensor, numbers);
    String front =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[%d],\"datatype\":\"%s\",\"data\":["
            .formatted(COUNT, dataType);
    String text = front + numbers.toString(StandardCharsets.US_ASCII) + "]}]}";
    request = text.getBytes(StandardCharsets.US_ASCII);
    nativeRequest =
        arena.allocate(request.length).copyFrom(MemorySegment.ofArray(request)).asReadOnly();
    starts = starts(front.length());
    expectRead(this::readByVerhulst);
    expectRead(this::readByJackson);
    expectRead(this::convertByFastDoubleParser);
  }

  private int[] starts(int first) {
    int[] found = new int[COUNT + 1];
    int count = 0;
    found[count++] = first;
    for (int i = first; count <= COUNT; i++) {
      if (request[i] == ',' || request[i] == ']') {
        found[count++] = i + 1;
      }
    }
    return found;
  }

  private void expectRead(Runnable contender) {
    read.fill((byte) -1);
    contender.run();
    if (read.mismatch(tensor) >= 0) {
      throw new IllegalStateException("a contender reads other numbers than were written");
    }
  }

  @Benchmark
  public void readByVerhulst() {
    ours.read(nativeRequest, dataType, read);
  }

  @Benchmark
  public void readByJackson() {
    JacksonNumbers.read(request, dataType, read);
  }

  /** The conversion alone: where each number starts and ends is known. */
  @Benchmark
  public void convertByFastDoubleParser() {
    for (int i = 0; i < COUNT; i++) {
      int length = starts[i + 1] - 1 - starts[i];
      double value =
          dataType == DataType.FP32
              ? JavaFloatParser.parseFloat(request, starts[i], length)
              : JavaDoubleParser.parseDouble(request, starts[i], length);
      Elements.put(dataType, read, i, value);
    }
  }

  @Benchmark
  public void writeByVerhulst() throws IOException {
    ours.write(dataType, tensor, nowhere);
  }

  @Benchmark
  public void writeByJackson() {
    JacksonNumbers.write(dataType, tensor, nowhere);
  }

  /** Where bytes are forgotten, also after it has been closed. */
  private static final class Nowhere extends OutputStream {
    @Override
    public void write(int b) {}

    @Override
    public void write(byte[] bytes, int offset, int length) {}
  }
}
