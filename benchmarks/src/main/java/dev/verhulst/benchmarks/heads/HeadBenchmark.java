package dev.verhulst.benchmarks.heads;

import dev.verhulst.benchmarks.contender.PreparedOperation;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

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

  private HeadOperands operands;
  private PreparedOperation prepared;

  @Setup
  public void prepare() throws Throwable {
    operands = new HeadOperands(HeadShape.parse(shape));
    prepared = HeadContender.valueOf(contender).prepare(operands, threads);
    prepared.run();
    operands.check();
  }

  @Benchmark
  public void call() throws Throwable {
    prepared.run();
  }

  @TearDown
  public void close() {
    prepared.close();
    operands.close();
  }
}
