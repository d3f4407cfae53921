package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.InferBatchStatistics;
import dev.verhulst.grpc.protocol.InferStatistics;
import dev.verhulst.grpc.protocol.ModelStatistics;
import dev.verhulst.grpc.protocol.StatisticDuration;
import dev.verhulst.service.description.ModelDescriptions.NamedStatistics;
import dev.verhulst.service.metrics.ModelStatistics.Batch;
import dev.verhulst.service.metrics.ModelStatistics.Total;

/** What models have done, as messages. */
final class StatisticsMessages {

  private StatisticsMessages() {}

  static ModelStatistics of(NamedStatistics model) {
    var statistics = model.statistics();
    ModelStatistics.Builder message =
        ModelStatistics.newBuilder()
            .setName(model.name())
            .setVersion(model.version())
            .setLastInference(statistics.lastInference())
            .setInferenceCount(statistics.inferenceCount())
            .setExecutionCount(statistics.executionCount())
            .setInferenceStats(
                InferStatistics.newBuilder()
                    .setSuccess(duration(statistics.success()))
                    .setFail(duration(statistics.failure()))
                    .setQueue(duration(statistics.queue()))
                    .setComputeInput(duration(statistics.computeInput()))
                    .setComputeInfer(duration(statistics.computeInfer()))
                    .setComputeOutput(duration(statistics.computeOutput()))
                    .setCacheHit(duration(Total.NONE))
                    .setCacheMiss(duration(Total.NONE)));
    for (Batch batch : statistics.batches()) {
      message.addBatchStats(
          InferBatchStatistics.newBuilder()
              .setBatchSize(batch.batchSize())
              .setComputeInput(duration(batch.computeInput()))
              .setComputeInfer(duration(batch.computeInfer()))
              .setComputeOutput(duration(batch.computeOutput())));
    }
    return message.build();
  }

  private static StatisticDuration duration(Total total) {
    return StatisticDuration.newBuilder().setCount(total.count()).setNs(total.nanos()).build();
  }
}
