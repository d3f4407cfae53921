package dev.verhulst.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.memory.Lease;
import dev.verhulst.service.memory.PooledTensorMemory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs hold no more tensor memory than their share, and leave the rest to inference. */
class JobTensorMemoryTest {

  private static final long BUDGET = 4 << 20;

  private final CpuDevice device = new CpuDevice(1);
  private final PooledTensorMemory all =
      new PooledTensorMemory(BUDGET, device::allocate, System::nanoTime);
  private final JobTensorMemory memory = new JobTensorMemory(all, BUDGET / 2);

  @AfterEach
  void everythingIsGivenBack() {
    assertThat(all.openLeases()).isZero();
    assertThat(memory.leasedBytes()).isZero();
    all.close();
    device.close();
  }

  @Test
  void whatIsBeyondTheShareIsRefusedAtOnceAndInferenceHasTheRest() throws Exception {
    try (Lease first = memory.lease(BUDGET / 2 - 100, Duration.ofMinutes(1))) {
      assertThat(first.segment().byteSize()).isEqualTo(BUDGET / 2 - 100);
      assertThatThrownBy(() -> memory.lease(101, Duration.ofMinutes(1)))
          .isInstanceOfSatisfying(
              InferenceException.class,
              refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
          .hasMessage(
              "the job's request needs 101 bytes of tensor memory, and other jobs hold %d of the %d"
                  + " that jobs may have (verhulst.jobs.tensor-budget): try again when one has"
                  + " ended",
              BUDGET / 2 - 100, BUDGET / 2);
      try (Lease inference = all.lease(BUDGET / 4, Duration.ZERO);
          Lease another = memory.lease(100, Duration.ZERO)) {
        assertThat(inference.segment().byteSize()).isEqualTo(BUDGET / 4);
        assertThat(another.segment().byteSize()).isEqualTo(100);
        assertThat(memory.leasedBytes()).isEqualTo(BUDGET / 2);
      }
      first.close();
      assertThat(memory.leasedBytes()).as("closed once more, it counts once").isZero();
    }
  }

  @Test
  void whatCanNeverFitIsWrong() {
    assertThatThrownBy(() -> memory.lease(BUDGET / 2 + 1, Duration.ZERO))
        .isInstanceOfSatisfying(
            InferenceException.class,
            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
        .hasMessageContaining("verhulst.jobs.tensor-budget");
  }

  @Test
  void whatTheMemoryItselfRefusesIsNotHeld() throws Exception {
    try (Lease inference = all.lease(BUDGET * 3 / 4, Duration.ZERO)) {
      assertThat(inference.segment().byteSize()).isEqualTo(BUDGET * 3 / 4);
      assertThatThrownBy(() -> memory.lease(BUDGET / 2, Duration.ZERO))
          .isInstanceOf(InferenceException.class);
      assertThat(memory.leasedBytes()).isZero();
    }
  }
}
