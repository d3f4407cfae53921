package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.DataType;
import dev.verhulst.grpc.protocol.ModelConfig;
import dev.verhulst.grpc.protocol.ModelDynamicBatching;
import dev.verhulst.grpc.protocol.ModelInput;
import dev.verhulst.grpc.protocol.ModelInstanceGroup;
import dev.verhulst.grpc.protocol.ModelOutput;
import dev.verhulst.grpc.protocol.ModelQueuePolicy;
import dev.verhulst.grpc.protocol.ModelTensorReshape;
import dev.verhulst.grpc.protocol.ModelTransactionPolicy;
import dev.verhulst.grpc.protocol.ModelVersionPolicy;
import dev.verhulst.service.batching.BatchingPolicy;
import dev.verhulst.service.description.ModelConfiguration;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.model.TensorSignature;
import dev.verhulst.service.repository.VersionPolicy;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The configuration of a model as a message. */
final class ConfigurationMessages {

  private ConfigurationMessages() {}

  static ModelConfig of(ModelConfiguration model) {
    ModelConfig.Builder config =
        ModelConfig.newBuilder()
            .setName(model.name())
            .setPlatform(ServerDescription.NAME)
            .setBackend(ServerDescription.NAME)
            .setVersionPolicy(versions(model.versions()))
            .setMaxBatchSize(model.maxBatchSize())
            .addInstanceGroup(
                ModelInstanceGroup.newBuilder()
                    .setName(model.name())
                    .setKind(
                        model.onGpu()
                            ? ModelInstanceGroup.Kind.KIND_GPU
                            : ModelInstanceGroup.Kind.KIND_CPU)
                    .setCount(model.batching().concurrency()))
            .setDynamicBatching(batching(model.batching()))
            .setModelTransactionPolicy(ModelTransactionPolicy.newBuilder().setDecoupled(false));
    for (TensorSignature input : model.inputs()) {
      ModelInput.Builder tensor =
          config
              .addInputBuilder()
              .setName(input.name())
              .setDataType(dataType(input))
              .addAllDims(model.dimensions(input))
              .setOptional(!input.required());
      if (model.isReshaped(input)) {
        tensor.setReshape(ModelTensorReshape.getDefaultInstance());
      }
    }
    for (TensorSignature output : model.outputs()) {
      ModelOutput.Builder tensor =
          config
              .addOutputBuilder()
              .setName(output.name())
              .setDataType(dataType(output))
              .addAllDims(model.dimensions(output));
      if (model.isReshaped(output)) {
        tensor.setReshape(ModelTensorReshape.getDefaultInstance());
      }
    }
    return config.build();
  }

  private static DataType dataType(TensorSignature tensor) {
    return DataType.valueOf("TYPE_" + tensor.datatype().name());
  }

  private static ModelVersionPolicy versions(VersionPolicy versions) {
    ModelVersionPolicy.Builder policy = ModelVersionPolicy.newBuilder();
    switch (versions) {
      case VersionPolicy.Latest(int count) ->
          policy.setLatest(ModelVersionPolicy.Latest.newBuilder().setNumVersions(count));
      case VersionPolicy.All() -> policy.setAll(ModelVersionPolicy.All.getDefaultInstance());
      case VersionPolicy.Specific(List<Long> numbers) ->
          policy.setSpecific(ModelVersionPolicy.Specific.newBuilder().addAllVersions(numbers));
    }
    return policy.build();
  }

  private static ModelDynamicBatching batching(BatchingPolicy policy) {
    ModelDynamicBatching.Builder batching =
        ModelDynamicBatching.newBuilder()
            .setMaxQueueDelayMicroseconds(
                TimeUnit.NANOSECONDS.toMicros(policy.maxQueueDelay().toNanos()))
            .setDefaultPriorityLevel(policy.defaultPriority())
            .setDefaultQueuePolicy(
                ModelQueuePolicy.newBuilder()
                    .setTimeoutAction(ModelQueuePolicy.TimeoutAction.REJECT)
                    .setDefaultTimeoutMicroseconds(
                        TimeUnit.NANOSECONDS.toMicros(policy.defaultTimeout().toNanos()))
                    .setAllowTimeoutOverride(true)
                    .setMaxQueueSize(policy.maxQueueSize()));
    for (long size : policy.preferredBatchSizes()) {
      batching.addPreferredBatchSize((int) Math.min(size, Integer.MAX_VALUE));
    }
    return batching.build();
  }
}
