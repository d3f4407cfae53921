package dev.verhulst.chart;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.verhulst.chart.ServingRuntime.Protocol;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1PodSpec;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * KServe's InferenceService (serving.kserve.io/v1beta1): the fields of its definition for a
 * predictor with a model. The predictor is the specification of a pod with more fields, and the
 * model that of a container with more fields.
 */
record InferenceService(
    @JsonProperty(required = true) String apiVersion,
    @JsonProperty(required = true) String kind,
    @JsonProperty(required = true) JsonNode metadata,
    @JsonProperty(required = true) Specification spec) {

  record Specification(@JsonProperty(required = true) ObjectNode predictor) {

    private static final List<String> SCALING =
        List.of("minReplicas", "maxReplicas", "scaleTarget", "containerConcurrency", "timeout");

    Specification {
      ObjectNode pod = predictor.deepCopy();
      for (String name : SCALING) {
        JsonNode number = pod.remove(name);
        if (number != null && !number.isInt()) {
          throw new IllegalArgumentException(name + " must be a whole number, got " + number);
        }
      }
      if (!(pod.remove("model") instanceof ObjectNode model)) {
        throw new IllegalArgumentException("the predictor has no model");
      }
      KubernetesApi.checkStrictly(Model.class, take(model, Model.FIELDS));
      // KServe takes both from the runtime.
      KubernetesApi.checkAs(V1Container.class, model.put("name", "kserve-container"));
      pod.putArray("containers").add(model);
      KubernetesApi.checkAs(V1PodSpec.class, pod);
    }

    private static ObjectNode take(ObjectNode model, Collection<String> names) {
      ObjectNode taken = model.objectNode();
      for (String name : names) {
        if (model.has(name)) {
          taken.set(name, model.remove(name));
        }
      }
      return taken;
    }
  }

  record Model(
      @JsonProperty(required = true) ModelFormat modelFormat,
      @Nullable String runtime,
      @Nullable String storageUri,
      @Nullable String runtimeVersion,
      @Nullable Protocol protocolVersion) {

    static final List<String> FIELDS =
        List.of("modelFormat", "runtime", "storageUri", "runtimeVersion", "protocolVersion");
  }

  record ModelFormat(@JsonProperty(required = true) String name, @Nullable String version) {}
}
