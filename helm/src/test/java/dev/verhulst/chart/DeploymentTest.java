package dev.verhulst.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the replicas are given: a device, time to end, few rights. */
class DeploymentTest {

  @Test
  void theCpuIsOneValueAwayFromTheGpu() {
    Manifest cpu = Chart.CURRENT.render("");
    assertThat(cpu.application()).contains("device: cpu");
    assertThat(cpu.container().at("/resources/limits").has("nvidia.com/gpu")).isFalse();
    assertThat(cpu.container().at("/env").toString()).contains("NVIDIA_VISIBLE_DEVICES");
    Manifest gpu = Chart.CURRENT.render("gpu: {enabled: true}");
    assertThat(gpu.application()).contains("device: cuda");
    assertThat(gpu.container().at("/resources/limits/nvidia.com~1gpu").asInt()).isEqualTo(1);
    assertThat(gpu.container().at("/resources/limits/memory").asText()).isEqualTo("2Gi");
    assertThat(gpu.container().at("/env").toString()).doesNotContain("NVIDIA_VISIBLE_DEVICES");
    assertThat(pod(gpu).at("/tolerations").findValuesAsText("key")).contains("nvidia.com/gpu");
  }

  @Test
  void theDeviceThatIsAskedForGoesBeforeTheCharts() {
    assertThat(
            Chart.CURRENT.render("{gpu: {enabled: true}, settings: {device: auto}}").application())
        .contains("device: auto")
        .doesNotContain("cuda");
  }

  @Test
  void whatTheNodesNeedForGpusGoesBesideTheRest() {
    JsonNode pod = pod(Chart.CURRENT.render(Installation.GPU.yaml()));
    assertThat(pod.at("/runtimeClassName").asText()).isEqualTo("nvidia");
    assertThat(pod.at("/nodeSelector").toString()).contains("amd64", "nvidia.com/gpu.present");
    assertThat(pod.at("/tolerations").findValuesAsText("key"))
        .containsExactly("dedicated", "nvidia.com/gpu");
  }

  /** Kubernetes kills what still runs after the grace period. */
  @Test
  void itsTimeToEndSufficesForItsRequests() {
    Manifest manifest = Chart.CURRENT.render("drain: {delaySeconds: 7, requestSeconds: 40}");
    JsonNode settings = Manifest.parse(manifest.application()).objects().getFirst();
    assertThat(manifest.container().at("/lifecycle/preStop/sleep/seconds").asInt()).isEqualTo(7);
    assertThat(settings.at("/spring/lifecycle/timeout-per-shutdown-phase").asText())
        .isEqualTo("40s");
    assertThat(settings.at("/spring/grpc/server/shutdown/grace-period").asText()).isEqualTo("40s");
    assertThat(pod(manifest).at("/terminationGracePeriodSeconds").asInt()).isGreaterThan(7 + 40);
  }

  @Test
  void changedSettingsRollTheReplicas() {
    assertThat(checksum("")).isEqualTo(checksum("replicas: 2"));
    assertThat(checksum("settings: {batching: {max-queue-size: 7}}")).isNotEqualTo(checksum(""));
  }

  @ParameterizedTest
  @EnumSource
  void everyPodHasFewRights(Installation installation, @TempDir Path empty) throws Exception {
    JsonNode test = TestPod.render(installation.yaml(), empty).at("/spec");
    for (JsonNode pod : List.of(pod(Chart.CURRENT.render(installation.yaml())), test)) {
      assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
      assertThat(pod.at("/enableServiceLinks").asBoolean(true)).isFalse();
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      JsonNode container = pod.at("/containers/0/securityContext");
      assertThat(container.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(container.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
    }
  }

  @Test
  void itCanWriteToTemporaryFilesOnly() {
    JsonNode mounts = Chart.CURRENT.render(Installation.TLS.yaml()).container().at("/volumeMounts");
    assertThat(mounts.valueStream().filter(each -> !each.at("/readOnly").asBoolean()))
        .singleElement()
        .satisfies(each -> assertThat(each.at("/mountPath").asText()).isEqualTo("/tmp"));
  }

  @Test
  void theNotesSayHowToCallIt() {
    assertThat(Chart.CURRENT.notes(""))
        .contains("http://demo-verhulst.inference:8000")
        .contains("curl -s http://localhost:8000/v2/models/sigmoid/infer")
        .contains("Everyone who reaches it may call it");
    assertThat(Chart.CURRENT.notes(Installation.TLS.yaml()))
        .contains("https://demo-verhulst.inference:8000")
        .contains("curl -s --insecure https://localhost:8000");
  }

  @Test
  void theNotesOfAServiceWithKeysShowWhereTheKeyGoes() {
    assertThat(Chart.CURRENT.notes(Installation.API_KEYS.yaml()))
        .contains("/infer -H \"Authorization: Bearer $KEY\" -d")
        .doesNotContain("Everyone");
  }

  @Test
  void theNotesOfAServiceWithClientCertificatesShowWhereTheCallersGoes() {
    assertThat(Chart.CURRENT.notes(Installation.MUTUAL_TLS.yaml()))
        .contains("curl -s --insecure --cert caller.crt --key caller.key https://localhost:8000")
        .doesNotContain("Everyone");
  }

  /** A policy that names nobody lets everyone in. */
  @Test
  void theNotesOfAServiceWithAPolicySayWhetherItKeepsAnyoneOut() {
    assertThat(Chart.CURRENT.notes("networkPolicy: {enabled: true}"))
        .contains("Everyone who reaches it may call it");
    assertThat(Chart.CURRENT.notes("networkPolicy: {enabled: true, clients: [{podSelector: {}}]}"))
        .doesNotContain("Everyone");
  }

  private static JsonNode pod(Manifest manifest) {
    return manifest.only("Deployment").at("/spec/template/spec");
  }

  private static String checksum(String values) {
    return Chart.CURRENT
        .render(values)
        .only("Deployment")
        .at("/spec/template/metadata/annotations/checksum~1configuration")
        .asText();
  }
}
