package dev.verhulst.service.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DeviceChoice;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
                new DeviceProperties.Cuda(List.of("all"), false)));
  }

  @Test
  void isReadByName() {
    assertThat(
            bind(
                Map.of(
                    "verhulst.device", "cpu",
                    "verhulst.warm-up", "elu,gelu",
                    "verhulst.placement.gpu-from-elements", "65536",
                    "verhulst.cuda.devices", "2,0",
                    "verhulst.cuda.tf32", "true")))
        .isEqualTo(
            new DeviceProperties(
                DeviceChoice.CPU,
                List.of("elu", "gelu"),
                new DeviceProperties.Placement(65_536L),
                new DeviceProperties.Cuda(List.of("2", "0"), true)));
  }

  @Test
  void allGpusTakePartUnlessSomeAreNamed() {
    assertThat(bind(Map.of()).cuda().ordinals()).isEmpty();
    assertThat(bind(Map.of("verhulst.cuda.devices", "all")).cuda().ordinals()).isEmpty();
    assertThat(bind(Map.of("verhulst.cuda.devices", "2,0")).cuda().ordinals())
        .containsExactly(2, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"all,0", "first", "-1", "1,1", ""})
  void gpusAreNamedByTheirNumbersEachOnce(String devices) {
    assertThatThrownBy(() -> bind(Map.of("verhulst.cuda.devices", devices)))
        .rootCause()
        .hasMessage(
            "devices must be all, or numbers of GPUs from 0, each once, e.g. 0,1; got " + devices);
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
