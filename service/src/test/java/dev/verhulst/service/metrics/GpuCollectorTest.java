package dev.verhulst.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DeviceReadings;
import dev.verhulst.kernels.GpuStatus;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuCollectorTest {

  @Test
  void exposesHowEachGpuStandsUnderTheNamesThatDashboardsKnow() throws IOException {
    assertThat(
            scrape(
                gpu(0, true, new DeviceReadings("GPU-1", 1000L, 250L, 0.75, 120.5, 350.0, 42.0)),
                gpu(1, true, new DeviceReadings("GPU-2", 1000L, 500L, 0.5, 100.5, 350.0, 21.0))))
        .contains("nv_gpu_utilization{gpu_uuid=\"GPU-1\"} 0.75\n")
        .contains("nv_gpu_utilization{gpu_uuid=\"GPU-2\"} 0.5\n")
        .contains("nv_gpu_memory_total_bytes{gpu_uuid=\"GPU-1\"} 1000.0\n")
        .contains("nv_gpu_memory_used_bytes{gpu_uuid=\"GPU-2\"} 500.0\n")
        .contains("nv_gpu_power_usage{gpu_uuid=\"GPU-1\"} 120.5\n")
        .contains("nv_gpu_power_limit{gpu_uuid=\"GPU-1\"} 350.0\n")
        .contains("nv_energy_consumption{gpu_uuid=\"GPU-1\"} 42.0\n")
        .contains("nv_energy_consumption{gpu_uuid=\"GPU-2\"} 21.0\n");
  }

  @Test
  void exposesWhichGpusAreLostAndHowTheirProbesGo() throws IOException {
    assertThat(
            scrape(
                gpu(0, true, new DeviceReadings("GPU-1", null, null, null, null, null, null)),
                gpu(1, false, null)))
        .contains("verhulst_device_gpu_usable{gpu=\"0\",gpu_uuid=\"GPU-1\"} 1.0\n")
        .contains("verhulst_device_gpu_usable{gpu=\"1\"} 0.0\n")
        .contains("verhulst_device_gpu_in_flight_bytes{gpu=\"1\"} 100.0\n")
        .contains("verhulst_device_gpu_losses{gpu=\"1\"} 2.0\n")
        .contains("verhulst_device_gpu_probes{gpu=\"1\"} 3.0\n");
  }

  @Test
  void leavesOutWhatIsNotKnown() throws IOException {
    assertThat(scrape(gpu(0, true, new DeviceReadings("GPU-1", null, null, 0.5, null, null, null))))
        .contains("nv_gpu_utilization{gpu_uuid=\"GPU-1\"} 0.5\n")
        .doesNotContain("memory", "power", "energy");
    assertThat(scrape(gpu(0, true, null))).doesNotContain("nv_");
    assertThat(scrape()).isEmpty();
  }

  private static GpuStatus gpu(int ordinal, boolean usable, @Nullable DeviceReadings readings) {
    return new GpuStatus(ordinal, usable, 100, 2, 3, readings);
  }

  private static String scrape(GpuStatus... gpus) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, new GpuCollector(() -> List.of(gpus)).collect());
    return out.toString(StandardCharsets.UTF_8);
  }
}
