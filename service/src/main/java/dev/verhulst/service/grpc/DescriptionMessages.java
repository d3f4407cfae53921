package dev.verhulst.service.grpc;

import dev.verhulst.grpc.protocol.ModelMetadataResponse;
import dev.verhulst.grpc.protocol.ModelMetadataResponse.TensorMetadata;
import dev.verhulst.grpc.protocol.RepositoryIndexResponse;
import dev.verhulst.grpc.protocol.RepositoryIndexResponse.ModelIndex;
import dev.verhulst.grpc.protocol.ServerMetadataResponse;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.TensorSignature;
import dev.verhulst.service.repository.IndexEntry;
import java.util.List;

/** The metadata of the server and of its models as messages. */
final class DescriptionMessages {

  private DescriptionMessages() {}

  static ServerMetadataResponse server(List<String> extensions) {
    return ServerMetadataResponse.newBuilder()
        .setName(ServerDescription.NAME)
        .setVersion(ServerDescription.version())
        .addAllExtensions(extensions)
        .build();
  }

  static ModelMetadataResponse model(Model model, List<String> versions) {
    return ModelMetadataResponse.newBuilder()
        .setName(model.name())
        .addAllVersions(versions)
        .setPlatform(ServerDescription.NAME)
        .addAllInputs(tensors(model.inputs()))
        .addAllOutputs(tensors(model.outputs()))
        .build();
  }

  static RepositoryIndexResponse index(List<IndexEntry> entries) {
    RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
    for (IndexEntry entry : entries) {
      index.addModels(
          ModelIndex.newBuilder()
              .setName(entry.name())
              .setVersion(entry.version())
              .setState(entry.state().name())
              .setReason(entry.reason()));
    }
    return index.build();
  }

  private static List<TensorMetadata> tensors(List<TensorSignature> tensors) {
    return tensors.stream()
        .map(
            tensor ->
                TensorMetadata.newBuilder()
                    .setName(tensor.name())
                    .setDatatype(tensor.datatype().name())
                    .addAllShape(tensor.shape())
                    .build())
        .toList();
  }
}
