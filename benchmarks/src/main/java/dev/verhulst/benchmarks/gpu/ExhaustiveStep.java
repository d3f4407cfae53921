package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.ExhaustiveWorker.Worst;
import dev.verhulst.benchmarks.gpu.ExhaustiveWorker.WorstInput;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sigmoid, log_sigmoid and the loss in FP32 over all 2³² inputs, on all processors. Pieces are
 * taken in an order that spreads them evenly, so that what fits into less time is a fair sample.
 */
final class ExhaustiveStep extends GpuStep {

  private static final Worst NONE =
      new Worst(new WorstInput(0, Float.NaN), new WorstInput(0, Float.NaN));

  /** What one function came to. */
  private record Result(ExhaustiveFunction function, int pieces, Worst worst) {}

  ExhaustiveStep(GpuUnderTest gpu, VerifyPlan plan) {
    super("every FP32 input", gpu, plan);
  }

  @Override
  Outcome run(Deadline deadline) throws Exception {
    List<Result> results = new ArrayList<>();
    List<ExhaustiveFunction> functions = ExhaustiveFunction.all();
    List<AtomicInteger> next = functions.stream().map(each -> new AtomicInteger()).toList();
    List<AtomicInteger> done = functions.stream().map(each -> new AtomicInteger()).toList();
    int threads = Runtime.getRuntime().availableProcessors();
    List<Future<List<Worst>>> answers = new ArrayList<>();
    try (Device device = gpu.open();
        CpuDevice cpu = new CpuDevice(1);
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        answers.add(executor.submit(() -> work(device, cpu, functions, next, done, deadline)));
      }
      List<Worst> worst = new ArrayList<>(functions.stream().map(each -> NONE).toList());
      for (Future<List<Worst>> answer : answers) {
        List<Worst> ofThread = answer.get();
        for (int f = 0; f < functions.size(); f++) {
          worst.set(f, worst.get(f).and(ofThread.get(f)));
        }
      }
      for (int f = 0; f < functions.size(); f++) {
        results.add(new Result(functions.get(f), done.get(f).get(), worst.get(f)));
      }
    }
    return outcome(results);
  }

  /** All functions in turns, a piece each, so that all come equally far. */
  private List<Worst> work(
      Device device,
      Device cpu,
      List<ExhaustiveFunction> functions,
      List<AtomicInteger> next,
      List<AtomicInteger> done,
      Deadline deadline) {
    List<Worst> worst = new ArrayList<>(functions.stream().map(each -> NONE).toList());
    try (ExhaustiveWorker worker = new ExhaustiveWorker(device, cpu, plan.chunkElements())) {
      boolean found = true;
      while (found) {
        found = false;
        for (int f = 0; f < functions.size() && !deadline.isOver(); f++) {
          int piece = next.get(f).getAndIncrement();
          if (piece < plan.chunks()) {
            worst.set(f, worst.get(f).and(worker.compare(functions.get(f), firstBits(piece))));
            done.get(f).incrementAndGet();
            found = true;
          }
        }
      }
    }
    return worst;
  }

  /** The bits of a piece's first input: the pieces' numbers read backwards. */
  private int firstBits(int piece) {
    long pieces = VerifyPlan.ALL_INPUTS / plan.chunkElements();
    int bits = Long.numberOfTrailingZeros(pieces);
    long place = bits == 0 ? 0 : Integer.toUnsignedLong(Integer.reverse(piece)) >>> (32 - bits);
    return (int) (place * plan.chunkElements());
  }

  private Outcome outcome(List<Result> results) {
    List<String> parts = new ArrayList<>();
    boolean right = true;
    boolean complete = true;
    for (Result result : results) {
      long inputs = (long) result.pieces() * plan.chunkElements();
      complete &= inputs == VerifyPlan.ALL_INPUTS;
      double bound = result.function().ofValue().ulps();
      double ofDerivative = ExhaustiveFunction.OF_DERIVATIVE.ulps();
      WorstInput y = result.worst().y();
      WorstInput dyDx = result.worst().dyDx();
      boolean ok = y.ulps() <= bound && dyDx.ulps() <= ofDerivative;
      right &= ok;
      parts.add(
          "%s %.2f ulp%s".formatted(result.function().name(), y.ulps(), ok ? "" : " (WRONG)"));
      rows.add(
          Rows.of(
              "function", result.function().name(),
              "inputs", inputs,
              "ulps", y.ulps(),
              "at", y.where(),
              "bound", bound,
              "derivativeUlps", dyDx.ulps(),
              "derivativeAt", dyDx.where(),
              "derivativeBound", ofDerivative,
              "right", ok));
    }
    long inputs = results.stream().mapToLong(Result::pieces).min().orElse(0) * plan.chunkElements();
    String summary =
        (complete ? "all 2^32 inputs: " : "%,d inputs each, evenly spread: ".formatted(inputs))
            + String.join(", ", parts);
    return new Outcome(right ? Verdict.ofComplete(complete) : Verdict.FAILED, summary, rows);
  }
}
