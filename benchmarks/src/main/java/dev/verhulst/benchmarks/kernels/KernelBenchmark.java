package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Contender;
import dev.verhulst.benchmarks.contender.Operands;
import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.contender.PreparedOperation;
import dev.verhulst.benchmarks.contender.ResultCheck;
import dev.verhulst.kernels.DataType;
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
 * The time of one call: one contender, one operation over one tensor. The first call's result is
 * checked before anything is timed. {@link KernelComparison} runs it for every contender in turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters, and the setup the rest.
public class KernelBenchmark {

  @Param public ContenderKind contender;
  @Param public Operation operation;
  @Param public DataType dataType;

  @Param("65536")
  public long elements;

  @Param("1")
  public int threads;

  private Contender opened;
  private Operands operands;
  private PreparedOperation prepared;

  @Setup
  public void prepare() throws Throwable {
    opened = contender.open(threads);
    operands = new Operands(operation, dataType, elements);
    prepared = opened.prepare(operation, operands);
    prepared.run();
    new ResultCheck(operation, operands).run();
  }

  @Benchmark
  public void call() throws Throwable {
    prepared.run();
  }

  @TearDown
  public void close() {
    prepared.close();
    operands.close();
    opened.close();
  }
}
