package dev.verhulst.service.memory;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of tensor memory.
 *
 * @param budget how much host memory tensors may take, lent or pooled; a request that finds none
 *     waits its turn. gRPC messages on their way in may take as much again (default: a quarter of
 *     the machine's or the container's memory)
 * @param waitTimeout how long a request waits for memory before it gets 503, where it names no
 *     {@code timeout}
 * @param idleRetention how long a buffer over 64 KiB is kept after its last use
 */
@ConfigurationProperties("verhulst.memory")
public record MemoryProperties(
    @Nullable DataSize budget,
    @DefaultValue("10s") Duration waitTimeout,
    @DefaultValue("1m") Duration idleRetention) {

  public MemoryProperties {
    if (budget != null && budget.toBytes() < PooledTensorMemory.SMALLEST_BUDGET) {
      throw new IllegalArgumentException("budget must be at least 1MB, got " + budget);
    }
    if (waitTimeout.isNegative()) {
      throw new IllegalArgumentException("wait-timeout must not be negative, got " + waitTimeout);
    }
    if (!idleRetention.isPositive()) {
      throw new IllegalArgumentException("idle-retention must be positive, got " + idleRetention);
    }
  }

  /**
   * The budget in bytes.
   *
   * @param machineMemory how much memory the machine, or the container, has
   */
  public long budgetBytes(long machineMemory) {
    return budget != null
        ? budget.toBytes()
        : Math.max(machineMemory / 4, PooledTensorMemory.SMALLEST_BUDGET);
  }
}
