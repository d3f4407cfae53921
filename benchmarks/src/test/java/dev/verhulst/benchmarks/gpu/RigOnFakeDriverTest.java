package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.verhulst.benchmarks.gpu.GpuRecord.StepRecord;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.cuda.FakeDriverBuild;
import dev.verhulst.kernels.cuda.Fp64Instructions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole rig, on the fake driver that runs the same CUDA sources as C++, with stand-ins for
 * compute-sanitizer and for a Python with PyTorch. What it measures is nonsense; what it checks and
 * writes is not.
 */
final class RigOnFakeDriverTest {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** Small, since every GPU thread is a fiber here. */
  private static final List<String> TINY =
      List.of(
          "--samples=24",
          "--chunks=2",
          "--chunk-elements=256",
          "--calls=6",
          "--kernel-bytes=8192",
          "--measurements=1",
          "--path-bytes=1024,4096",
          "--window-milliseconds=30",
          "--budget-percent=12");

  @TempDir private Path directory;

  @Test
  void runsEveryKernelAndFindsTheOneThatIsWrong() throws Exception {
    Child.Result result =
        verify("skip_tanh_backward_bf16=1", "--steps=accuracy", "--budget-percent=200");

    assertThat(result.exitCode()).as(result.output()).isEqualTo(Verify.STEP_FAILED);
    assertThat(result.output())
        .containsPattern("accuracy +\\| failed .* 2 wrong: \\[tanh_backward_bf16 of compute_80,")
        .contains("72 ran with every kernel right. FAILED.");
    GpuRecord record = record();
    assertThat(record.passed()).isFalse();
    assertThat(record.ptx()).isEqualTo(ShippedPtx.hashes());
    assertThat(record.ran())
        .containsEntry("tanh.compute_80.ptx", "1 of 12 kernels failed")
        .containsEntry("tanh.compute_75.ptx", "1 of 12 kernels failed")
        .hasSameSizeAs(record.ptx());
    assertThat(record.ran().entrySet().stream().filter(file -> !file.getKey().startsWith("tanh.")))
        .as("every kernel of every file ran and is right")
        .allMatch(file -> file.getValue().equals(GpuRecord.RAN));
  }

  @Test
  void takesEveryStepAndWritesAWholeRecord() throws Exception {
    standIn("compute-sanitizer", "shift 4; \"$@\" && echo '========= ERROR SUMMARY: 0 errors'");
    standIn(
        "python3",
        """
        echo '{"function": "sigmoid", "type": "FP32", "direction": "forward", "mode": "eager", "microseconds": 1e9}'
        echo '{"function": "bce_with_logits", "type": "FP32", "direction": "backward", "mode": "eager", "microseconds": 1}'
        echo '{"function": "prelu", "type": "FP32", "direction": "backward", "mode": "compiled", "microseconds": 1e9}'
        echo '{"function": "softmax", "type": "FP32", "direction": "forward", "mode": "compiled", "microseconds": 1e9}'
        echo '{"end": "PyTorch 2.x on nothing", "complete": true}'
        """);

    Child.Result result =
        verify(
            "memory_mebibytes=384",
            "--steps=every FP32 input,determinism,concurrency,out of memory,lost device,"
                + "compute-sanitizer,kernels,PyTorch,path,service");

    assertThat(result.exitCode()).as(result.output()).isZero();
    GpuRecord record = record();
    assertThat(record.device().name()).isEqualTo("Imitated GPU");
    assertThat(record.steps().keySet())
        .containsExactly(
            "every FP32 input",
            "determinism",
            "concurrency",
            "out of memory",
            "lost device",
            "compute-sanitizer",
            "kernels",
            "PyTorch",
            "path",
            "service");
    assertThat(step(record, "out of memory").summary())
        .contains("CUDA_ERROR_OUT_OF_MEMORY", "the same call succeeded afterwards");
    assertThat(step(record, "lost device").summary())
        .contains("CUDA_ERROR_ILLEGAL_ADDRESS, isUsable() false", "a fresh process works");
    assertThat(step(record, "compute-sanitizer").summary())
        .contains("ERROR SUMMARY: 0 errors", ShortRun.DONE);
    assertThat(step(record, "PyTorch").summary())
        .contains("slower than PyTorch in 1 of 4", "(bce_with_logits backward FP32 eager)");
    assertThat(step(record, "PyTorch").rows())
        .hasSize(4)
        .allSatisfy(row -> assertThat(row).as("beside ours").containsKey("timesOurs"));
    assertThat(step(record, "kernels").rows())
        .extracting(row -> row.get("function"))
        .contains("copy", "sigmoid");
    assertThat(step(record, "path").rows())
        .extracting(row -> row.get("path"))
        .contains("bus", "chunked copies", "CPU", "crossover");
    assertThat(step(record, "path").summary())
        .containsPattern("1000 requests of 1 KiB in .* launches 1 .*, host time \\d+ µs");
    assertThat(step(record, "path").rows())
        .filteredOn(row -> row.containsKey("launches"))
        .extracting(row -> row.get("path"), row -> row.get("launches"))
        .startsWith(tuple("automatic", 1))
        .contains(tuple("mapped", 1))
        .extracting(tuple -> tuple.toList().getFirst())
        .containsExactly("automatic", "chunked copies", "mapped");
    assertThat(step(record, "service").verdict()).isEqualTo("absent");
    assertThat(record.ran().values()).containsOnly("not run");
    assertThat(result.output()).contains("No step failed.");
  }

  @Test
  void timesFp64KernelsAgainstTheArithmeticLimit() throws Exception {
    Child.Result result = verify("", "--steps=kernels", "--budget-percent=300");

    assertThat(result.exitCode()).as(result.output()).isZero();
    StepRecord step = step(record(), "kernels");
    assertThat(step.verdict()).isEqualTo("passed");
    assertThat(step.summary()).containsPattern("FP64 at least 0\\.\\d\\d of its limit, .* \\(\\w+");
    assertThat(step.rows().getFirst())
        .as("2 multiprocessors, 32 instructions in each of 1e9 cycles")
        .containsEntry("function", "FP64 peak")
        .containsEntry("instructionsPerSecond", 6.4e10)
        .containsEntry("counted", Fp64Instructions.COUNTED);
    assertThat(step.rows())
        .filteredOn(row -> row.containsKey("direction") && "FP64".equals(row.get("type")))
        .hasSize(2 * Activations.all().size() + 1)
        .allSatisfy(
            row ->
                assertThat(row).containsKeys("fp64InstructionsPerElement", "ofFp64Peak", "ofLimit"))
        .extracting(row -> row.get("function"))
        .contains("prelu", "softmax", "bce_with_logits");
  }

  @Test
  void reportsWhatASanitizerFinds() throws Exception {
    standIn(
        "compute-sanitizer",
        "echo '========= Invalid __global__ read'; echo '========= ERROR SUMMARY: 1 error'; exit"
            + " 86");

    Child.Result result = verify("", "--steps=compute-sanitizer", "--budget-percent=10");

    assertThat(result.exitCode()).as(result.output()).isEqualTo(Verify.STEP_FAILED);
    StepRecord step = step(record(), "compute-sanitizer");
    assertThat(step.verdict()).isEqualTo("failed");
    assertThat(step.summary()).startsWith("memcheck: ERROR SUMMARY: 1 error");
  }

  @Test
  void saysWhyThereIsNothingToVerify() throws Exception {
    Child.Result result = verify("devices=0");
    assertThat(result.exitCode()).isEqualTo(Verify.NOT_RUN);
    assertThat(result.lastLine()).startsWith("there is no GPU to verify: ");
  }

  /** A program that is found before one of the machine's. */
  private void standIn(String name, String script) throws IOException {
    Path file = Files.createDirectories(directory.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * @param machine what the fake driver imitates
   */
  private Child.Result verify(String machine, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "-C",
                directory.toString(),
                "LD_LIBRARY_PATH=" + FakeDriverBuild.directory(),
                "FAKE_CUDA=" + machine,
                "JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
                "PATH=" + directory.resolve("bin") + ":" + System.getenv("PATH")));
    command.addAll(Child.java(Verify.class));
    command.addAll(TINY);
    command.add("--record=" + recordFile());
    command.addAll(List.of(arguments));
    return Child.run(command, LIMIT);
  }

  private static StepRecord step(GpuRecord record, String name) {
    return Objects.requireNonNull(record.steps().get(name), name);
  }

  private Path recordFile() {
    return directory.resolve("record.json");
  }

  private GpuRecord record() throws IOException {
    return RecordFile.read(recordFile());
  }
}
