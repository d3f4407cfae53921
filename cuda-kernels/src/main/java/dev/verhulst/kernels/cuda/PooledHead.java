package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A head on every GPU of a pool. On a GPU that has come back it is prepared when it is first used
 * there.
 */
final class PooledHead implements Head {

  private final CudaPool pool;
  private final HeadParameters parameters;
  private final DataType dataType;
  private final Map<RecoverableDevice, Head> prepared = new ConcurrentHashMap<>();

  PooledHead(CudaPool pool, HeadParameters parameters, DataType dataType) {
    this.pool = pool;
    this.parameters = parameters;
    this.dataType = dataType;
  }

  /**
   * Prepares the head on a GPU, unless it is.
   *
   * @return null where that computes no heads
   */
  @Nullable Head on(RecoverableDevice device) {
    return prepared.computeIfAbsent(device, absent -> absent.head(parameters, dataType));
  }

  @Override
  public void run(List<HeadTask> tasks) {
    long rows = tasks.stream().mapToLong(HeadTask::rows).sum();
    pool.run(
        rows * parameters.features() * dataType.byteSize(),
        true,
        device -> {
          if (!prepared.containsKey(device)) {
            // What was lost is gone with its device.
            prepared.keySet().removeIf(each -> !each.isUsable());
          }
          Head head = on(device);
          if (head == null) {
            throw new DeviceException(device.description() + " computes no heads");
          }
          head.run(tasks);
        });
  }

  @Override
  public void warmUp(Duration limit) {
    prepared.values().forEach(head -> head.warmUp(limit));
  }

  @Override
  public void close() {
    try (Resources resources = new Resources()) {
      prepared.values().forEach(head -> resources.onClose(head::close));
      prepared.clear();
    }
  }
}
