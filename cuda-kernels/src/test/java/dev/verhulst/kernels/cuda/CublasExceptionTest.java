package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import jcuda.jcublas.cublasStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CublasExceptionTest {

  @ParameterizedTest
  @EnumSource(CublasStatus.class)
  void namesEveryStatusAsNvidiaDoesAndSaysWhatToDo(CublasStatus status) {
    CublasException exception = new CublasException("cublasSgemm", status.code());
    assertThat(exception)
        .hasMessage(
            "cublasSgemm failed with %s (%d): %s; %s"
                .formatted(
                    cublasStatus.stringFor(status.code()),
                    status.code(),
                    status.meaning(),
                    status.advice()));
    assertThat(exception.isOutOfMemory()).isEqualTo(status == CublasStatus.ALLOC_FAILED);
  }

  @Test
  void reportsAStatusThatItDoesNotKnow() {
    assertThat(new CublasException("cublasCreate", 99))
        .hasMessage(
            "cublasCreate failed with an unknown status (99): NVIDIA's documentation of"
                + " cublasStatus_t says what it means");
  }
}
