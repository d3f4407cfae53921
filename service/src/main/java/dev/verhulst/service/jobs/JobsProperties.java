package dev.verhulst.service.jobs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of jobs.
 *
 * @param enabled whether callers may have models trained and calibrated: whoever can call the
 *     server can then write new versions of heads into its model repository.
 *     [training.md](training.md)
 * @param dataDirectory the directory whose CSV and Parquet files a job may name
 * @param memoryBudget how much memory a job may take beside the tensors that it was sent; one that
 *     needs more is refused at once (default: half of the heap)
 * @param tensorBudget how much of verhulst.memory.budget the requests of jobs may hold together,
 *     until they have ended; one that finds no room is refused at once (default: half of it)
 * @param threads how many threads a job computes on (default: half of the processors)
 * @param maxQueueSize how many jobs may wait for the one that runs; one more gets 503
 * @param history how many jobs that have ended are remembered
 */
@ConfigurationProperties("verhulst.jobs")
public record JobsProperties(
    @DefaultValue("false") boolean enabled,
    @Nullable Path dataDirectory,
    @Nullable DataSize memoryBudget,
    @Nullable DataSize tensorBudget,
    @Nullable Integer threads,
    @DefaultValue("8") int maxQueueSize,
    @DefaultValue("100") int history) {

  public JobsProperties {
    if (memoryBudget != null && memoryBudget.toBytes() < 1) {
      throw new IllegalArgumentException("memory-budget must be positive, got " + memoryBudget);
    }
    if (tensorBudget != null && tensorBudget.toBytes() < 1) {
      throw new IllegalArgumentException("tensor-budget must be positive, got " + tensorBudget);
    }
    if (threads != null && threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    if (maxQueueSize < 0) {
      throw new IllegalArgumentException(
          "max-queue-size must not be negative, got " + maxQueueSize);
    }
    if (history < 1) {
      throw new IllegalArgumentException("history must be at least 1, got " + history);
    }
  }

  long memoryBudgetBytes() {
    return memoryBudget == null ? Runtime.getRuntime().maxMemory() / 2 : memoryBudget.toBytes();
  }

  /**
   * How many bytes of tensor memory jobs may hold together.
   *
   * @param tensorMemory how many there are
   */
  long tensorBudgetBytes(long tensorMemory) {
    return tensorBudget == null ? tensorMemory / 2 : tensorBudget.toBytes();
  }

  int threadCount() {
    return threads == null ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
  }
}
