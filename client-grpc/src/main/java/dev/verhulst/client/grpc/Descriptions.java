package dev.verhulst.client.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.verhulst.client.metadata.BatchStatistics;
import dev.verhulst.client.metadata.CountedTime;
import dev.verhulst.client.metadata.ModelConfiguration;
import dev.verhulst.client.metadata.ModelMetadata;
import dev.verhulst.client.metadata.ModelStatistics;
import dev.verhulst.client.metadata.RepositoryEntry;
import dev.verhulst.client.metadata.ServerMetadata;
import dev.verhulst.client.metadata.TensorMetadata;
import dev.verhulst.grpc.protocol.InferStatistics;
import dev.verhulst.grpc.protocol.ModelConfig;
import dev.verhulst.grpc.protocol.ModelMetadataResponse;
import dev.verhulst.grpc.protocol.RepositoryIndexResponse;
import dev.verhulst.grpc.protocol.ServerMetadataResponse;
import dev.verhulst.grpc.protocol.StatisticDuration;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What servers say of themselves and of their models, from messages. */
final class Descriptions {

  private Descriptions() {}

  static ServerMetadata server(ServerMetadataResponse message) {
    return new ServerMetadata(message.getName(), message.getVersion(), message.getExtensionsList());
  }

  static ModelMetadata model(ModelMetadataResponse message) {
    return new ModelMetadata(
        message.getName(),
        message.getVersionsList(),
        message.getPlatform(),
        message.getInputsList().stream().map(Descriptions::tensor).toList(),
        message.getOutputsList().stream().map(Descriptions::tensor).toList());
  }

  private static TensorMetadata tensor(ModelMetadataResponse.TensorMetadata message) {
    return new TensorMetadata(message.getName(), message.getDatatype(), message.getShapeList());
  }

  static ModelConfiguration configuration(ModelConfig message) throws ProtocolException {
    return new ModelConfiguration(
        message.getName(),
        message.getPlatform(),
        message.getBackend(),
        message.getMaxBatchSize(),
        message.getInputList().stream()
            .map(
                input ->
                    new TensorMetadata(
                        input.getName(), datatype(input.getDataType().name()), input.getDimsList()))
            .toList(),
        message.getOutputList().stream()
            .map(
                output ->
                    new TensorMetadata(
                        output.getName(),
                        datatype(output.getDataType().name()),
                        output.getDimsList()))
            .toList(),
        json(message));
  }

  /** As a server writes it over HTTP, where names are those of the fields. */
  private static String json(ModelConfig message) throws ProtocolException {
    try {
      return JsonFormat.printer().preservingProtoFieldNames().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw (ProtocolException)
          new ProtocolException("the model's configuration is no JSON: " + e.getMessage())
              .initCause(e);
    }
  }

  private static String datatype(String type) {
    return type.equals("TYPE_STRING") ? "BYTES" : type.replaceFirst("^TYPE_", "");
  }

  static ModelStatistics statistics(dev.verhulst.grpc.protocol.ModelStatistics message) {
    InferStatistics times = message.getInferenceStats();
    long last = message.getLastInference();
    return new ModelStatistics(
        message.getName(),
        message.getVersion(),
        last == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(last)),
        message.getInferenceCount(),
        message.getExecutionCount(),
        time(times.getSuccess()),
        time(times.getFail()),
        time(times.getQueue()),
        time(times.getComputeInput()),
        time(times.getComputeInfer()),
        time(times.getComputeOutput()),
        time(times.getCacheHit()),
        time(times.getCacheMiss()),
        message.getBatchStatsList().stream()
            .map(
                batch ->
                    new BatchStatistics(
                        batch.getBatchSize(),
                        time(batch.getComputeInput()),
                        time(batch.getComputeInfer()),
                        time(batch.getComputeOutput())))
            .toList());
  }

  private static CountedTime time(StatisticDuration message) {
    return new CountedTime(message.getCount(), Duration.ofNanos(message.getNs()));
  }

  static List<RepositoryEntry> repository(RepositoryIndexResponse message) {
    return message.getModelsList().stream()
        .map(
            model ->
                new RepositoryEntry(
                    model.getName(), model.getVersion(), model.getState(), model.getReason()))
        .toList();
  }
}
