package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that cannot be meant are refused, with a word on what is wrong. */
class RefusedValuesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          replica: 2                                     | replica
          gpu: {enable: true}                            | enable
          gpu: {enabled: "yes"}                          | boolean
          settings: {batching: {max-queue-sise: 1}}      | max-queue-sise
          settings: {batching: {max-queue-size: many}}   | integer
          settings: {models: {sigmoid: {batch: 1}}}      | batch
          service: {ports: {http: 70000}}                | service/ports/http
          service: {type: Loadbalancer}                  | LoadBalancer
          resources: {limits: {memory: 2GiB}}            | memory
          tolerations: [{key: gpu, efect: NoSchedule}]   | efect
          podDisruptionBudget: {maxUnavailable: half}    | maxUnavailable
          image: {digest: latest}                        | digest
          fullnameOverride: Not A Name                   | fullnameOverride
          tls: {enabled: true}                           | tls.secretName
          tls: {clientCertificates: always}              | need
          tls: {clientCertificates: want}                | tls.enabled
          tls: {clientCertificates: need, secretName: certificates} | tls.enabled
          autoscaling: {enabled: true, cpuPercent: 0}    | autoscaling.cpuPercent
          autoscaling: {enabled: true, maxReplicas: 1}   | autoscaling.minReplicas
          autoscaling: {enabled: true, by: keda, maxReplicas: 1} | autoscaling.minReplicas
          rollout: {maxSurge: 0}                         | rollout.maxUnavailable
          rollout: {maxSurge: "0%", maxUnavailable: "0%"} | rollout.maxUnavailable
          service: {clusterIP: None, ports: {http: 80}}  | headless
          autoscaling: {enabled: true, queueMilliseconds: 5} | monitoring.rules.enabled
          autoscaling: {enabled: true, by: keda, queueMilliseconds: 5} | prometheusAddress
          modelRepository: {models: {"a/b": {operator: tanh}}} | a/b
          modelRepository: {models: {leaky: {alpha: 1}}}       | operator
          modelRepository: {claimName: models, fetch: {image: git}} | one place only
          modelRepository: {subPath: /models}            | subPath
          monitoring: {rules: {queueSeconds: 10}}        | queueSeconds
          monitoring: {rules: {enabled: true}}           | monitoring.serviceMonitor.enabled
          """)
  void whatCannotBeMeant(String values, String reason) {
    assertThatThrownBy(() -> Chart.CURRENT.render(values)).hasMessageContaining(reason);
  }

  /** As Helm hands them to a chart that is part of another one. */
  @Test
  void globalValuesAreLetPass() {
    assertThat(Chart.CURRENT.render("global: {region: eu}").objects()).isNotEmpty();
  }

  @Test
  void everyObjectOfTheSchemaIsClosedOrSaysWhyNot() throws IOException {
    List<String> open = new ArrayList<>();
    collectOpen(schema(), "", open);
    assertThat(open).isEmpty();
  }

  @Test
  void theSchemaKnowsExactlyTheValuesThatThereAre() throws IOException {
    Set<String> inValues = new TreeSet<>();
    JsonNode values =
        Manifest.parse(Files.readString(Chart.CURRENT.file("values.yaml"))).objects().getFirst();
    JsonNode schema = schema();
    collectValues(values, schema, "", inValues);
    Set<String> inSchema = new TreeSet<>();
    collectProperties(schema, "", inSchema);
    inSchema.remove("/global");
    assertThat(inValues).isEqualTo(inSchema);
  }

  private static JsonNode schema() throws IOException {
    return new ObjectMapper().readTree(Chart.CURRENT.file("values.schema.json").toFile());
  }

  private static void collectOpen(JsonNode node, String path, List<String> open) {
    if (node.path("type").asText().equals("object")
        && !node.has("additionalProperties")
        && !node.has("$comment")) {
      open.add(path);
    }
    node.properties()
        .forEach(each -> collectOpen(each.getValue(), path + "/" + each.getKey(), open));
    if (node.isArray()) {
      node.forEach(each -> collectOpen(each, path + "/*", open));
    }
  }

  /** The paths of the values that the schema goes into, not those that it takes as a whole. */
  private static void collectValues(
      JsonNode values, JsonNode schema, String path, Set<String> paths) {
    values
        .properties()
        .forEach(
            each -> {
              String child = path + "/" + each.getKey();
              JsonNode described = schema.at("/properties/" + each.getKey());
              if (described.has("properties")) {
                collectValues(each.getValue(), described, child, paths);
              } else {
                paths.add(child);
              }
            });
  }

  private static void collectProperties(JsonNode schema, String path, Set<String> paths) {
    schema
        .at("/properties")
        .properties()
        .forEach(
            each -> {
              String child = path + "/" + each.getKey();
              if (each.getValue().has("properties")) {
                collectProperties(each.getValue(), child, paths);
              } else {
                paths.add(child);
              }
            });
  }
}
