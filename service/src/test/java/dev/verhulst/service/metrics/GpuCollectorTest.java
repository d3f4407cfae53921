package dev.verhulst.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DeviceReadings;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuCollectorTest {

  @Test
  void exposesHowTheGpuStandsUnderTheNamesThatDashboardsKnow() throws IOException {
    assertThat(scrape(new DeviceReadings("GPU-1", 1000L, 250L, 0.75, 120.5, 350.0, 42.0)))
        .contains("nv_gpu_utilization{gpu_uuid=\"GPU-1\"} 0.75\n")
        .contains("nv_gpu_memory_total_bytes{gpu_uuid=\"GPU-1\"} 1000.0\n")
        .contains("nv_gpu_memory_used_bytes{gpu_uuid=\"GPU-1\"} 250.0\n")
        .contains("nv_gpu_power_usage{gpu_uuid=\"GPU-1\"} 120.5\n")
        .contains("nv_gpu_power_limit{gpu_uuid=\"GPU-1\"} 350.0\n")
        .contains("nv_energy_consumption{gpu_uuid=\"GPU-1\"} 42.0\n");
  }

  @Test
  void leavesOutWhatIsNotKnown() throws IOException {
    assertThat(scrape(new DeviceReadings("GPU-1", null, null, 0.5, null, null, null)))
        .contains("nv_gpu_utilization{gpu_uuid=\"GPU-1\"} 0.5\n")
        .doesNotContain("memory", "power", "energy");
    assertThat(scrape(null)).isEmpty();
  }

  private static String scrape(@Nullable DeviceReadings readings) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, new GpuCollector(() -> readings).collect());
    return out.toString(StandardCharsets.UTF_8);
  }
}
