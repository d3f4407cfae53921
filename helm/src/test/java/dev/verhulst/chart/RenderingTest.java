package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the values: Kubernetes takes the objects, and they fit together. */
class RenderingTest {

  @Test
  void helmFindsNoFault() {
    assertThat(Chart.CURRENT.lint()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void kubernetesTakesEveryObject(Installation installation) {
    Manifest manifest = Chart.CURRENT.render(installation.yaml());
    for (JsonNode object : manifest.objects()) {
      assertThatCode(() -> KubernetesApi.check(object)).doesNotThrowAnyException();
    }
    assertThat(manifest.objects().stream().map(Manifest::describe)).doesNotHaveDuplicates();
    assertThat(manifest.objects())
        .allSatisfy(
            object ->
                assertThat(object.at("/metadata/namespace").asText()).isEqualTo(Chart.NAMESPACE));
  }

  @ParameterizedTest
  @EnumSource
  void everySelectorFindsThePods(Installation installation) {
    Manifest manifest = Chart.CURRENT.render(installation.yaml());
    Map<String, String> pod =
        strings(manifest.only("Deployment"), "/spec/template/metadata/labels");
    assertThat(pod)
        .containsAllEntriesOf(selector(manifest.only("Deployment"), "/spec/selector/matchLabels"))
        .containsAllEntriesOf(selector(manifest.only("Service"), "/spec/selector"));
    manifest
        .find("PodDisruptionBudget")
        .ifPresent(
            budget ->
                assertThat(pod)
                    .containsAllEntriesOf(selector(budget, "/spec/selector/matchLabels")));
    manifest
        .find("NetworkPolicy")
        .ifPresent(
            policy ->
                assertThat(pod)
                    .containsAllEntriesOf(selector(policy, "/spec/podSelector/matchLabels")));
    manifest
        .find("ServiceMonitor")
        .ifPresent(
            monitor ->
                assertThat(strings(manifest.only("Service"), "/metadata/labels"))
                    .containsAllEntriesOf(selector(monitor, "/spec/selector/matchLabels")));
  }

  @ParameterizedTest
  @EnumSource
  void everythingThatIsNamedIsThere(Installation installation) {
    Manifest manifest = Chart.CURRENT.render(installation.yaml());
    JsonNode deployment = manifest.only("Deployment");
    JsonNode pod = deployment.at("/spec/template/spec");
    List<String> configMaps =
        manifest.objects().stream()
            .filter(object -> object.at("/kind").asText().equals("ConfigMap"))
            .map(object -> object.at("/metadata/name").asText())
            .toList();
    assertThat(pod.at("/volumes").valueStream().map(each -> each.at("/configMap/name").asText()))
        .filteredOn(name -> !name.isEmpty())
        .containsExactlyInAnyOrderElementsOf(configMaps);
    List<String> volumes = names(pod.at("/volumes"));
    assertThat(names(manifest.container().at("/volumeMounts"))).isSubsetOf(volumes);
    List<String> ports = names(manifest.container().at("/ports"));
    manifest
        .only("Service")
        .at("/spec/ports")
        .forEach(port -> assertThat(ports).contains(port.at("/targetPort").asText()));
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      assertThat(ports).containsAll(manifest.container().at("/" + probe).findValuesAsText("port"));
    }
    for (String kind : List.of("HorizontalPodAutoscaler", "ScaledObject")) {
      manifest
          .find(kind)
          .ifPresent(
              autoscaler -> {
                assertThat(autoscaler.at("/spec/scaleTargetRef/name"))
                    .isEqualTo(deployment.at("/metadata/name"));
                assertThat(deployment.at("/spec").has("replicas")).isFalse();
              });
    }
    String account = pod.at("/serviceAccountName").asText();
    manifest
        .find("ServiceAccount")
        .ifPresent(made -> assertThat(made.at("/metadata/name").asText()).isEqualTo(account));
  }

  /** What the other tests lean on: a schema that lets everything pass would prove nothing. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Deployment /spec/template/spec/containers/0 imagePullPolice Always",
        "Deployment /spec replicas many",
        "Service /spec/ports/0 port http",
        "NetworkPolicy /spec/ingress/0/ports/0 protcol TCP",
        "HorizontalPodAutoscaler /spec/scaleTargetRef nmae demo",
        "PodDisruptionBudget /spec minUnavailable 1",
        "ServiceMonitor /spec/endpoints/0 prot metrics",
        "PrometheusRule /spec/groups/0/rules/0 expression 1",
      })
  void theSchemaRefusesWhatKubernetesRefuses(String change) {
    String[] words = change.split(" ");
    JsonNode object = Chart.CURRENT.render(Installation.EVERYTHING.yaml()).only(words[0]);
    ((ObjectNode) object.at(words[1])).put(words[2], words[3]);
    assertThatThrownBy(() -> KubernetesApi.check(object))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theSchemaRefusesWhatIsMissing() {
    Manifest manifest = Chart.CURRENT.render(Installation.EVERYTHING.yaml());
    JsonNode autoscaler = manifest.only("HorizontalPodAutoscaler");
    ((ObjectNode) autoscaler.at("/spec")).remove("maxReplicas");
    assertThatThrownBy(() -> KubernetesApi.check(autoscaler)).hasMessageContaining("maxReplicas");
    JsonNode scaled = Chart.CURRENT.render(Installation.KEDA.yaml()).only("ScaledObject");
    ((ObjectNode) scaled.at("/spec/triggers/0")).remove("metadata");
    assertThatThrownBy(() -> KubernetesApi.check(scaled)).hasMessageContaining("metadata");
  }

  private static Map<String, String> selector(JsonNode object, String path) {
    Map<String, String> selector = strings(object, path);
    assertThat(selector).as(Manifest.describe(object)).isNotEmpty();
    return selector;
  }

  private static Map<String, String> strings(JsonNode object, String path) {
    Map<String, String> strings = new TreeMap<>();
    object
        .at(path)
        .properties()
        .forEach(each -> strings.put(each.getKey(), each.getValue().asText()));
    return strings;
  }

  private static List<String> names(JsonNode list) {
    return list.valueStream().map(each -> each.at("/name").asText()).toList();
  }
}
