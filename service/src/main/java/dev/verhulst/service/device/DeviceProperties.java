package dev.verhulst.service.device;

import dev.verhulst.kernels.DeviceChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the device.
 *
 * @param device {@code auto} takes a GPU where it works, {@code cpu} and {@code cuda} force it; a
 *     forced choice that cannot be had stops the start
 * @param warmUp the models whose FP32 kernels run until they are fast before the server is ready;
 *     the rest warm up behind it
 * @param placement which work goes to the GPU, where there is one
 */
@ConfigurationProperties("verhulst")
public record DeviceProperties(
    @DefaultValue("auto") DeviceChoice device,
    @DefaultValue({"sigmoid", "log_sigmoid", "bce_with_logits"}) List<String> warmUp,
    @DefaultValue Placement placement) {

  /**
   * Which work goes to the GPU. On a machine without one it has no effect.
   *
   * @param gpuFromElements from how many elements on an execution goes to the GPU; no effect
   *     without one (default: measured for each function)
   */
  public record Placement(@Nullable Long gpuFromElements) {

    public Placement {
      if (gpuFromElements != null && gpuFromElements < 0) {
        throw new IllegalArgumentException(
            "gpu-from-elements must not be negative, got " + gpuFromElements);
      }
    }
  }
}
