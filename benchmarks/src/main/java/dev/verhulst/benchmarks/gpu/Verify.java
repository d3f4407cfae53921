package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.GpuRecord.DeviceFacts;
import dev.verhulst.benchmarks.gpu.GpuRecord.HostFacts;
import dev.verhulst.benchmarks.gpu.GpuRecord.StepRecord;
import dev.verhulst.benchmarks.report.Arguments;
import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Verifies and measures the GPU of this machine, writes the record, and prints a short table last.
 * The record is written anew after each step, so that what a run has found is there wherever it is
 * stopped. The exit code is 0 where no step failed, 1 where one did, 2 where nothing could be run,
 * 3 where a step did not come back.
 */
public final class Verify {

  static final int STEP_FAILED = 1;
  static final int NOT_RUN = 2;
  private static final int STEP_HANGS = 3;

  private final GpuUnderTest gpu;
  private final VerifyPlan plan;
  private final RigFiles files;
  private final String command;
  private final Instant start;
  private final Path recordFile;
  private final KernelRuns runs = new KernelRuns();
  private final Map<String, StepRecord> done = new LinkedHashMap<>();

  private Verify(
      GpuUnderTest gpu,
      VerifyPlan plan,
      RigFiles files,
      String command,
      Instant start,
      Path recordFile) {
    this.gpu = gpu;
    this.plan = plan;
    this.files = files;
    this.command = command;
    this.start = start;
    this.recordFile = recordFile;
  }

  /** Its arguments are those of {@link VerifyPlan}; an unknown one names them. */
  public static void main(String[] words) throws Exception {
    Arguments arguments;
    VerifyPlan plan;
    try {
      arguments = VerifyPlan.arguments(words);
      plan = VerifyPlan.of(arguments);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(NOT_RUN);
      return;
    }
    GpuUnderTest gpu;
    try {
      gpu = GpuUnderTest.find();
    } catch (IllegalStateException failure) {
      System.err.println(failure.getMessage());
      System.exit(NOT_RUN);
      return;
    }
    Instant start = Instant.now();
    String stamp =
        DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm", Locale.ROOT)
            .format(start.atZone(ZoneOffset.UTC));
    String named = arguments.list("record", String::valueOf).getFirst();
    Path recordFile = Path.of(named.isEmpty() ? "gpu-record-" + stamp + ".json" : named);
    String command = ("verify " + String.join(" ", words)).strip();
    Verify verify = new Verify(gpu, plan, RigFiles.find(), command, start, recordFile);
    // Not System.exit: in a context that is lost, what runs at the end may hang.
    Runtime.getRuntime().halt(verify.run());
  }

  private int run() throws IOException, InterruptedException {
    KernelTimes times = new KernelTimes();
    List<Step> steps =
        List.of(
            new AccuracyStep(gpu, plan, runs),
            new ExhaustiveStep(gpu, plan),
            new DeterminismStep(gpu, plan),
            new ConcurrencyStep(gpu, plan),
            new OutOfMemoryStep(gpu, plan),
            new LostDeviceStep(),
            new SanitizerStep(),
            new KernelSpeedStep(gpu, plan, times),
            new PyTorchStep(files, plan, times),
            new PathSpeedStep(gpu, plan),
            new ServiceSpeedStep(files, plan));
    boolean hangs = false;
    for (Step step : steps) {
      if (plan.takes(step.name())) {
        System.out.printf(
            "%s (%d s at most) ...%n", step.name(), plan.budget(step.name()).toSeconds());
        StepRun run = StepRun.of(step, plan.budget(step.name()));
        done.put(step.name(), run.record());
        System.out.printf(
            Locale.ROOT, "  %s in %.1f s%n", run.record().verdict(), run.record().seconds());
        write();
        if (run.hangs()) {
          hangs = true;
          break;
        }
      }
    }
    System.out.println();
    System.out.print(new VerifyTable(record()).text());
    System.out.println("Record: " + recordFile);
    return hangs ? STEP_HANGS : record().passed() ? 0 : STEP_FAILED;
  }

  private void write() throws IOException {
    RecordFile.write(record(), recordFile);
  }

  private GpuRecord record() throws IOException {
    int version = gpu.driverVersion();
    int capability = gpu.computeCapability();
    return new GpuRecord(
        GpuRecord.FORMAT,
        start.toString(),
        files.commit(),
        command,
        !done.isEmpty()
            && done.values().stream()
                .noneMatch(step -> step.verdict().equals(Verdict.FAILED.text())),
        new DeviceFacts(
            gpu.name(),
            capability / 10 + "." + capability % 10,
            "CUDA %d.%d%s"
                .formatted(version / 1000, version % 1000 / 10, InstalledDriver.version()),
            gpu.multiprocessors(),
            gpu.memoryBytes()),
        new HostFacts(
            Machine.processor(),
            Runtime.getRuntime().availableProcessors(),
            "Linux " + System.getProperty("os.version"),
            Runtime.version().toString()),
        ShippedPtx.hashes(),
        runs.ofFiles(),
        done);
  }

  /** How much longer than its budget a step may take before it is taken for hanging. */
  static Duration patience(Duration budget) {
    return budget.plus(Duration.ofSeconds(45));
  }
}
