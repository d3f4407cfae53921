package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import jcuda.driver.CUresult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CudaExceptionTest {

  private static final Set<CudaResult> NEWER_THAN_JCUDA =
      Set.of(CudaResult.CONTAINED, CudaResult.TENSOR_MEMORY_LEAK);

  @ParameterizedTest
  @EnumSource(CudaResult.class)
  void namesEveryResultAsNvidiaDoesAndSaysWhatToDo(CudaResult result) {
    CudaException exception = new CudaException("cuMemAlloc", result.code());
    assertThat(exception.resultName()).isEqualTo("CUDA_ERROR_" + result.name());
    if (!NEWER_THAN_JCUDA.contains(result)) {
      assertThat(CUresult.stringFor(result.code())).isEqualTo("CUDA_ERROR_" + result.name());
    }
    assertThat(exception)
        .hasMessage(
            "cuMemAlloc failed with CUDA_ERROR_%s (%d): %s; %s"
                .formatted(result.name(), result.code(), result.meaning(), result.advice()));
    assertThat(exception.isSticky()).isEqualTo(result.sticky());
    assertThat(exception.isOutOfMemory()).isEqualTo(result == CudaResult.OUT_OF_MEMORY);
  }

  @Test
  void reportsAResultThatItDoesNotKnow() {
    assertThat(new CudaException("cuInit", 12345))
        .hasMessage(
            "cuInit failed with an unknown result (12345): NVIDIA's documentation of CUresult says"
                + " what it means");
    assertThat(new CudaException("cuInit", 811).getMessage())
        .startsWith("cuInit failed with CUDA_ERROR_CDP_NOT_SUPPORTED (811): ");
  }
}
