package dev.verhulst.service.device;

import dev.verhulst.kernels.DeviceChoice;
import java.util.List;
import java.util.Set;
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
 * @param cuda which GPUs take part, and how they compute
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

  /**
   * Which GPUs take part, and how they compute.
   *
   * @param devices which GPUs take part: {@code all}, or their numbers as CUDA counts them, from 0,
   *     e.g. {@code 0,2}; one that does not work is left out
   * @param tf32 whether cuBLAS may round the factors of a head's FP32 product to TF32, which has 10
   *     bits of fraction
   */
  public record Cuda(@DefaultValue(ALL) List<String> devices, @DefaultValue("false") boolean tf32) {

    private static final String ALL = "all";

    public Cuda {
      boolean all = devices.equals(List.of(ALL));
      boolean some = devices.stream().allMatch(each -> each.matches("[0-9]{1,4}"));
      if (!all && (!some || devices.isEmpty() || Set.copyOf(devices).size() < devices.size())) {
        throw new IllegalArgumentException(
            "devices must be all, or numbers of GPUs from 0, each once, e.g. 0,1; got "
                + String.join(",", devices));
      }
    }

    /** The numbers; none for all. */
    public List<Integer> ordinals() {
      return devices.equals(List.of(ALL))
          ? List.of()
          : devices.stream().map(Integer::valueOf).toList();
    }
  }
}
