package dev.verhulst.service.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceKind;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.service.fakes.FakeDevice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WarmUpTest {

  private final FakeDevice cpu = new FakeDevice(DeviceKind.CPU);

  /** Every look at the clock takes 10 µs, so that an element takes 2.5 ns. */
  private final AtomicLong clock = new AtomicLong();

  @Test
  void theFirstFunctionsAreFastBeforeAnyOtherBegins() throws Exception {
    try (WarmUp warmUp = warmUp(ServiceDevice.onCpu(cpu), "swish", "bce_with_logits")) {
      int all = warmUp.remaining();
      warmUp.start();
      warmUp.firstAreFast().get(30, TimeUnit.SECONDS);

      assertThat(cpu.launches().stream().map(FakeDevice.Launch::dataType).distinct())
          .containsExactly(DataType.FP32);
      assertThat(cpu.launches().stream().map(WarmUpTest::function).distinct())
          .containsExactlyInAnyOrder("silu", "bce_with_logits");
      assertThat(warmUp.remaining()).isEqualTo(all - 5);
    }
  }

  @Test
  void theOthersFollowInTheBackgroundInEveryType() throws Exception {
    try (WarmUp warmUp = warmUp(ServiceDevice.onCpu(cpu), "sigmoid")) {
      warmUp.start();
      warmUp.continueInBackground(() -> 0);
      while (warmUp.remaining() > 0) {
        Thread.sleep(1);
      }
    }
    for (DataType dataType : DataType.values()) {
      assertThat(
              cpu.launches().stream()
                  .filter(launch -> launch.dataType() == dataType)
                  .map(WarmUpTest::function)
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(WarmUp.functions());
    }
    assertThat(cpu.memory().liveBytes()).isZero();
  }

  @Test
  void aKernelThatFailsDoesNotStopTheOthers() throws Exception {
    cpu.fault(
        launch -> {
          if (function(launch).equals("sigmoid")) {
            throw new UnsupportedOperationException("no sigmoid here");
          }
        });
    try (WarmUp warmUp = warmUp(ServiceDevice.onCpu(cpu), "sigmoid", "tanh")) {
      warmUp.start();
      warmUp.firstAreFast().get(30, TimeUnit.SECONDS);

      assertThat(cpu.launches().stream().map(WarmUpTest::function)).contains("tanh");
    }
  }

  @Test
  void closingEndsItInMidWork() throws Exception {
    Semaphore gate = cpu.hold();
    WarmUp warmUp = warmUp(ServiceDevice.onCpu(cpu), "sigmoid");
    warmUp.start();
    while (cpu.running() == 0) {
      Thread.sleep(1);
    }
    gate.release(1_000_000);

    warmUp.close();

    assertThat(warmUp.firstAreFast()).isDone();
    assertThat(cpu.running()).isZero();
    assertThat(cpu.memory().liveBytes()).isZero();
  }

  @Test
  void whileRequestsComeInTheBackgroundRestsAfterEveryTurn() throws Exception {
    AtomicLong executions = new AtomicLong();
    try (WarmUp warmUp = warmUp(ServiceDevice.onCpu(cpu))) {
      warmUp.start();
      int before = warmUp.remaining();
      warmUp.continueInBackground(executions::incrementAndGet);
      while (cpu.launches().isEmpty()) {
        Thread.sleep(1);
      }
      Thread.sleep(200);
      // It rests 300 ms or more after a turn, and a kernel needs several; without it all are done.
      assertThat(before - warmUp.remaining()).isLessThan(8);
    }
  }

  @Test
  void itRestsTheLongerTheMoreTheCompilerHasToDo() {
    assertThat(WarmUp.rest(Duration.ZERO)).isEqualTo(Duration.ofMillis(300));
    assertThat(WarmUp.rest(Duration.ofMillis(15))).isEqualTo(Duration.ofMillis(300));
    assertThat(WarmUp.rest(Duration.ofMillis(80))).isEqualTo(Duration.ofMillis(1600));
    assertThat(WarmUp.rest(Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void besideAGpuBothAreWarmedAndTheirSpeedsDecideThePlacement() throws Exception {
    FakeDevice gpu = new FakeDevice(DeviceKind.CUDA);
    gpu.fault(launch -> clock.addAndGet(20_000_000));
    ServiceDevice devices = ServiceDevice.onGpu(gpu, cpu, null);
    MeasuredPlacement placement = devices.measuredPlacement();
    assertThat(placement).isNotNull();
    assertThat(placement.place("sigmoid", DataType.FP32, 1 << 20)).isEqualTo(DeviceKind.CUDA);

    try (WarmUp warmUp = warmUp(devices, "sigmoid")) {
      warmUp.start();
      warmUp.firstAreFast().get(30, TimeUnit.SECONDS);
      assertThat(gpu.launches()).isNotEmpty();
      assertThat(gpu.isCalibrated()).isFalse();
      warmUp.continueInBackground(() -> 0);
      while (placement.place("sigmoid", DataType.FP32, 1 << 20) == DeviceKind.CUDA) {
        Thread.sleep(1);
      }
      assertThat(gpu.isCalibrated()).isTrue();
    }
  }

  @Test
  void theCpuIsWarmedWhereTheGpuHasNoMemory() throws Exception {
    FakeDevice gpu = new FakeDevice(DeviceKind.CUDA);
    gpu.memory().exhausted(true);
    try (WarmUp warmUp = warmUp(ServiceDevice.onGpu(gpu, cpu, null), "sigmoid")) {
      warmUp.start();
      warmUp.continueInBackground(() -> 0);
      while (warmUp.remaining() > 0) {
        Thread.sleep(1);
      }
    }
    assertThat(cpu.launches()).isNotEmpty();
  }

  @Test
  void namesThatNameNoModelAreFound() {
    assertThat(WarmUp.unknownFunctions(List.of("sigmoid", "swish", "sigmiod", "bce_with_logits")))
        .containsExactly("sigmiod");
  }

  private WarmUp warmUp(ServiceDevice devices, String... first) {
    return new WarmUp(devices, List.of(first), () -> clock.addAndGet(10_000));
  }

  private static String function(FakeDevice.Launch launch) {
    return launch.function() instanceof Activation activation
        ? activation.name()
        : "bce_with_logits";
  }
}
