package dev.verhulst.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.device.ServiceDevices;
import dev.verhulst.service.device.WarmUp;
import dev.verhulst.service.fakes.FakeDevice;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.core.env.StandardEnvironment;

@Timeout(60)
class ReadinessTest {

  private static final int PLENTY = 1_000_000;

  private final FakeDevice cpu = new FakeDevice();
  private final Semaphore gate = cpu.hold();
  private final ServiceDevice device = ServiceDevices.onCpu(cpu);
  private final AtomicLong clock = new AtomicLong();
  private final WarmUp warmUp =
      new WarmUp(device, List.of("sigmoid"), () -> clock.addAndGet(10_000));
  private final ServerState state = new ServerState();
  private final Readiness readiness =
      new Readiness(
          state, device, warmUp, () -> 0, new StandardEnvironment(), () -> 8001, () -> 8002);

  @AfterEach
  void stop() {
    gate.release(PLENTY);
    warmUp.close();
  }

  @Test
  void isNotReadyBeforeTheWarmUpHasRun() throws Exception {
    warmUp.start();
    readiness.portsAreOpen();
    while (cpu.running() == 0) {
      Thread.sleep(1);
    }
    assertThat(state.isReady()).isFalse();
    assertThat(state.isLive()).isTrue();

    gate.release(PLENTY);
    while (!state.isReady()) {
      Thread.sleep(1);
    }
  }

  @Test
  void isNotReadyBeforeThePortsAreOpen() throws Exception {
    gate.release(PLENTY);
    warmUp.start();
    warmUp.firstAreFast().get(30, TimeUnit.SECONDS);
    assertThat(state.isReady()).isFalse();

    readiness.portsAreOpen();
    assertThat(state.isReady()).isTrue();
  }

  @Test
  void aStopDuringTheWarmUpIsFinal() throws Exception {
    warmUp.start();
    readiness.portsAreOpen();
    readiness.stopping();
    gate.release(PLENTY);
    warmUp.firstAreFast().get(30, TimeUnit.SECONDS);

    assertThat(state.isReady()).isFalse();
    assertThat(state.isStopping()).isTrue();
  }
}
