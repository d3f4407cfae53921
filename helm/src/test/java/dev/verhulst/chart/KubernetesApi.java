package dev.verhulst.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Kubernetes takes: fields that there are, of the right type, and none missing that it needs.
 */
final class KubernetesApi {

  /** Kubernetes' own kinds, whose classes are generated from its API's schema and check it. */
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1 ConfigMap", V1ConfigMap.class,
          "v1 Pod", V1Pod.class,
          "v1 Service", V1Service.class,
          "v1 ServiceAccount", V1ServiceAccount.class,
          "apps/v1 Deployment", V1Deployment.class,
          "autoscaling/v2 HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class,
          "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy.class,
          "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget.class);

  /** Kinds of operators; the records and classes hold what their definitions allow. */
  private static final Map<String, Class<?>> CUSTOM_KINDS =
      Map.of(
          "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class,
          "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
          "keda.sh/v1alpha1 ScaledObject", ScaledObject.class,
          "serving.kserve.io/v1alpha1 ClusterServingRuntime", ServingRuntime.class,
          "serving.kserve.io/v1beta1 InferenceService", InferenceService.class);

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  // Fabric8's classes would take any field.
                  return false;
                }
              })
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private KubernetesApi() {}

  /**
   * Holds an object against the schema of its kind.
   *
   * @throws IllegalArgumentException where it does not fit; the message says why
   */
  static void check(JsonNode object) {
    String kind = object.at("/apiVersion").asText() + " " + object.at("/kind").asText();
    if (KINDS.containsKey(kind)) {
      checkAs(KINDS.get(kind), object);
    } else if (CUSTOM_KINDS.containsKey(kind)) {
      checkAs(V1ObjectMeta.class, object.at("/metadata"));
      checkStrictly(CUSTOM_KINDS.get(kind), object);
    } else {
      throw new IllegalArgumentException("there is no schema of " + kind);
    }
  }

  /** Holds a part of an object against the schema of a class of the Kubernetes client. */
  static void checkAs(Class<?> type, JsonNode part) {
    try {
      var _ = JSON.getGson().fromJson(part.toString(), type);
    } catch (com.google.gson.JsonParseException | IllegalArgumentException e) {
      throw new IllegalArgumentException(type.getSimpleName() + ": " + e.getMessage(), e);
    }
  }

  /** Holds parts of an object, if there are any, against the schema of a class likewise. */
  static void checkAll(Class<?> type, @Nullable Collection<JsonNode> parts) {
    if (parts != null) {
      parts.forEach(part -> checkAs(type, part));
    }
  }

  /** Holds an object, or a part of one, against a class that has a field for each of its own. */
  static void checkStrictly(Class<?> type, JsonNode object) {
    try {
      STRICT.readValue(object.toString(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(Manifest.describe(object) + ": " + e.getMessage(), e);
    }
  }
}
