package dev.verhulst.service.batching;

import dev.verhulst.heads.head.LogisticTask;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossTask;
import java.util.ArrayList;
import java.util.List;

/** Passes computations to a device; those of a head to the head, which has one. */
final class BatchComputer {

  private final Device device;

  BatchComputer(Device device) {
    this.device = device;
  }

  void compute(Computation computation) {
    switch (computation) {
      case Computation.OfActivation activation ->
          device.run(activation.activation(), activation.dataType(), List.of(activation.task()));
      case Computation.OfLoss loss ->
          device.run(loss.loss(), loss.dataType(), List.of(loss.task()));
      case Computation.OfHead head -> head.head().run(List.of(head.task()));
    }
  }

  /**
   * @param batch computations of one key
   */
  void compute(List<PendingRequest> batch) {
    switch (batch.getFirst().computation) {
      case Computation.OfActivation first -> {
        List<ActivationTask> tasks = new ArrayList<>(batch.size());
        batch.forEach(
            request -> tasks.add(((Computation.OfActivation) request.computation).task()));
        device.run(first.activation(), first.dataType(), tasks);
      }
      case Computation.OfLoss first -> {
        List<LossTask> tasks = new ArrayList<>(batch.size());
        batch.forEach(request -> tasks.add(((Computation.OfLoss) request.computation).task()));
        device.run(first.loss(), first.dataType(), tasks);
      }
      case Computation.OfHead first -> {
        List<LogisticTask> tasks = new ArrayList<>(batch.size());
        batch.forEach(request -> tasks.add(((Computation.OfHead) request.computation).task()));
        first.head().run(tasks);
      }
    }
  }
}
