package dev.verhulst.service.fakes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.memory.TensorMemory;
import java.time.Duration;

/** Checks that every lease was given back, for any test that sends requests. */
public final class LeaseAudit {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private LeaseAudit() {}

  /** Waits until nothing is lent: an answer may arrive a moment before its memory is back. */
  public static void expectNothingLent(TensorMemory memory) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (memory.openLeases() != 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    assertThat(memory.openLeases()).as("open leases").isZero();
    assertThat(memory.leasedBytes()).as("leased bytes").isZero();
  }
}
