package dev.verhulst.chart;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * KEDA's ScaledObject (keda.sh/v1alpha1): the fields of its definition that matter to a Deployment.
 */
record ScaledObject(
    @JsonProperty(required = true) String apiVersion,
    @JsonProperty(required = true) String kind,
    @JsonProperty(required = true) JsonNode metadata,
    @JsonProperty(required = true) Specification spec) {

  record Specification(
      @JsonProperty(required = true) Target scaleTargetRef,
      @Nullable Integer pollingInterval,
      @Nullable Integer cooldownPeriod,
      @Nullable Integer idleReplicaCount,
      @Nullable Integer minReplicaCount,
      @Nullable Integer maxReplicaCount,
      @Nullable Advanced advanced,
      @JsonProperty(required = true) List<Trigger> triggers) {}

  record Target(
      @JsonProperty(required = true) String name,
      @Nullable String apiVersion,
      @Nullable String kind,
      @Nullable String envSourceContainerName) {}

  record Advanced(
      @Nullable Boolean restoreToOriginalReplicaCount,
      @Nullable Autoscaler horizontalPodAutoscalerConfig) {}

  record Autoscaler(@Nullable String name, @Nullable JsonNode behavior) {

    Autoscaler {
      if (behavior != null) {
        KubernetesApi.checkAs(V2HorizontalPodAutoscalerBehavior.class, behavior);
      }
    }
  }

  /** A trigger; the values of its metadata are strings, numbers among them too. */
  record Trigger(
      @JsonProperty(required = true) String type,
      @Nullable String name,
      @Nullable Boolean useCachedMetrics,
      @JsonProperty(required = true) Map<String, String> metadata,
      @Nullable Authentication authenticationRef,
      @Nullable String metricType) {

    private static final List<String> METRIC_TYPES =
        List.of("AverageValue", "Value", "Utilization");

    Trigger {
      if (metricType != null && !METRIC_TYPES.contains(metricType)) {
        throw new IllegalArgumentException("metricType must be one of " + METRIC_TYPES);
      }
    }
  }

  record Authentication(@JsonProperty(required = true) String name, @Nullable String kind) {}
}
