package dev.verhulst.service.memory;

import dev.verhulst.service.fakes.FakeHostMemory;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IdleBufferSweepTest {

  @Test
  @Timeout(60)
  void aBufferThatNobodyUsesIsFreed() throws Exception {
    FakeHostMemory host = new FakeHostMemory();
    PooledTensorMemory memory = new PooledTensorMemory(16 << 20, host, System::nanoTime);
    memory.lease(1 << 20, Duration.ZERO).close();
    try (IdleBufferSweep sweep = new IdleBufferSweep(memory, Duration.ofMillis(10))) {
      while (host.liveBytes() > 0) {
        Thread.sleep(1);
      }
    }
  }
}
