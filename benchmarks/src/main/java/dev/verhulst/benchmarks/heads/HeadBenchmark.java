package dev.verhulst.benchmarks.heads;

import dev.verhulst.benchmarks.contender.PreparedOperation;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The time of one call of one contender's head. The first call's result is checked before anything
 * is timed. {@link HeadComparison} runs it for every contender in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters, and the setup the rest.
public class HeadBenchmark {

  @Param("VERHULST")
  public String contender;

  @Param("30x1x1")
  public String shape;

  @Param("2")
  public int threads;

  private Head head;

  @Setup
  public void prepare() throws Throwable {
    head = Head.of(contender, shape, threads);
  }

  @Benchmark
  public void call() throws Throwable {
    head.prepared.run();
  }

  /** What is measured. It stays for the next turn at the same row. */
  private record Head(
      String contender,
      String shape,
      int threads,
      HeadOperands operands,
      PreparedOperation prepared) {

    private static @Nullable Head last;

    static synchronized Head of(String contender, String shape, int threads) throws Throwable {
      Head before = last;
      if (before != null
          && before.contender.equals(contender)
          && before.shape.equals(shape)
          && before.threads == threads) {
        return before;
      }
      if (before != null) {
        before.prepared.close();
        before.operands.close();
      }
      HeadOperands operands = new HeadOperands(HeadShape.parse(shape));
      PreparedOperation prepared = HeadContender.valueOf(contender).prepare(operands, threads);
      prepared.run();
      operands.check();
      Head head = new Head(contender, shape, threads, operands, prepared);
      last = head;
      return head;
    }
  }
}
