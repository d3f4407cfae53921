package dev.verhulst.chart;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.kubernetes.client.openapi.models.V1Affinity;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Toleration;
import io.kubernetes.client.openapi.models.V1Volume;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * KServe's ServingRuntime and ClusterServingRuntime (serving.kserve.io/v1alpha1): the fields of
 * their definition, less those for ModelMesh and for models that span nodes.
 */
record ServingRuntime(
    @JsonProperty(required = true) String apiVersion,
    @JsonProperty(required = true) String kind,
    @JsonProperty(required = true) JsonNode metadata,
    @JsonProperty(required = true) Specification spec) {

  record Specification(
      @Nullable List<ModelFormat> supportedModelFormats,
      @Nullable Boolean multiModel,
      @Nullable Boolean disabled,
      @Nullable List<Protocol> protocolVersions,
      @JsonProperty(required = true) List<JsonNode> containers,
      @Nullable List<JsonNode> volumes,
      @Nullable Map<String, String> nodeSelector,
      @Nullable JsonNode affinity,
      @Nullable List<JsonNode> tolerations,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations,
      @Nullable List<JsonNode> imagePullSecrets,
      @Nullable Boolean hostIPC) {

    Specification {
      containers.forEach(each -> KubernetesApi.checkAs(V1Container.class, each));
      KubernetesApi.checkAll(V1Volume.class, volumes);
      KubernetesApi.checkAll(V1Toleration.class, tolerations);
      if (affinity != null) {
        KubernetesApi.checkAs(V1Affinity.class, affinity);
      }
    }
  }

  record ModelFormat(
      @JsonProperty(required = true) String name,
      @Nullable String version,
      @Nullable Boolean autoSelect,
      @Nullable Integer priority) {}

  /** The protocols that KServe knows. */
  enum Protocol {
    @JsonProperty("v1")
    V1,
    @JsonProperty("v2")
    V2,
    @JsonProperty("grpc-v1")
    GRPC_V1,
    @JsonProperty("grpc-v2")
    GRPC_V2
  }
}
