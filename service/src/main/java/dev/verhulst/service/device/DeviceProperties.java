package dev.verhulst.service.device;

import dev.verhulst.kernels.DeviceChoice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the device.
 *
 * @param device which device computes
 * @param warmUp the models whose FP32 kernels run until they are fast before the server is ready
 * @param placement which work goes to the GPU, where there is one
 * @param cuda how a GPU computes, where there is one
 */
@ConfigurationProperties("verhulst")
public record DeviceProperties(
    @DefaultValue("auto") DeviceChoice device,
    @DefaultValue({"sigmoid", "log_sigmoid", "bce_with_logits"}) List<String> warmUp,
    @DefaultValue Placement placement,
    @DefaultValue Cuda cuda) {

  /**
   * Which work goes to the GPU. On a machine without one it has no effect.
   *
   * @param gpuFromElements from how many elements on an execution goes to the GPU; where it is not
   *     set, it is measured for each function
   */
  public record Placement(@Nullable Long gpuFromElements) {

    public Placement {
      if (gpuFromElements != null && gpuFromElements < 0) {
        throw new IllegalArgumentException(
            "gpu-from-elements must not be negative, got " + gpuFromElements);
      }
    }
  }

  /**
   * How a GPU computes.
   *
   * @param tf32 whether cuBLAS may round the factors of a head's FP32 product to TF32, which has 10
   *     bits of fraction
   */
  public record Cuda(@DefaultValue("false") boolean tf32) {}
}
