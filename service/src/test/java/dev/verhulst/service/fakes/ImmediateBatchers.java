package dev.verhulst.service.fakes;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.service.batching.BatchRequest;
import dev.verhulst.service.batching.BatchTimings;
import dev.verhulst.service.batching.Batcher;
import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.batching.Computation;
import dev.verhulst.service.inference.InferenceException;
import java.util.List;

/** Batchers without a queue: every request is computed at once, alone, by its own thread. */
public final class ImmediateBatchers implements Batchers {

  private final Device device;

  public ImmediateBatchers(Device device) {
    this.device = device;
  }

  @Override
  public Batcher forModel(String model) {
    return this::execute;
  }

  @Override
  public int queueDepth(String model) {
    return 0;
  }

  private BatchTimings execute(BatchRequest request) {
    long started = System.nanoTime();
    try {
      switch (request.computation()) {
        case Computation.OfActivation(var activation, var dataType, var task) ->
            device.run(activation, dataType, List.of(task));
        case Computation.OfLoss(var loss, var dataType, var task) ->
            device.run(loss, dataType, List.of(task));
      }
    } catch (DeviceException e) {
      throw InferenceException.internal(String.valueOf(e.getMessage()), e);
    }
    return new BatchTimings(started, started, System.nanoTime(), request.batchSize());
  }
}
