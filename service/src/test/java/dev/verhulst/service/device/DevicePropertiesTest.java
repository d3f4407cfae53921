package dev.verhulst.service.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DeviceChoice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DevicePropertiesTest {

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new DeviceProperties(
                DeviceChoice.AUTO,
                List.of("sigmoid", "log_sigmoid", "bce_with_logits"),
                new DeviceProperties.Placement(null),
                new DeviceProperties.Cuda(false)));
  }

  @Test
  void isReadByName() {
    assertThat(
            bind(
                Map.of(
                    "verhulst.device", "cpu",
                    "verhulst.warm-up", "elu,gelu",
                    "verhulst.placement.gpu-from-elements", "65536",
                    "verhulst.cuda.tf32", "true")))
        .isEqualTo(
            new DeviceProperties(
                DeviceChoice.CPU,
                List.of("elu", "gelu"),
                new DeviceProperties.Placement(65_536L),
                new DeviceProperties.Cuda(true)));
  }

  @Test
  void nothingNeedsToBeWarm() {
    assertThat(bind(Map.of("verhulst.warm-up", "")).warmUp()).isEmpty();
  }

  @Test
  void valuesThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> bind(Map.of("verhulst.device", "tpu")))
        .isInstanceOf(BindException.class);
    assertThatThrownBy(() -> bind(Map.of("verhulst.placement.gpu-from-elements", "-1")))
        .rootCause()
        .hasMessage("gpu-from-elements must not be negative, got -1");
  }

  private static DeviceProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("verhulst", DeviceProperties.class);
  }
}
