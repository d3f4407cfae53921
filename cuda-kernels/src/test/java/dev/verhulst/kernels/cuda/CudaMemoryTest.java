package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Relu;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Page-locked memory. */
@Tag(FakeDriver.TAG)
final class CudaMemoryTest {

  private FakeDriver driver;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  @Test
  void isAlignedAndAsLargeAsAsked() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT)) {
      for (long byteSize : new long[] {0, 1, 63, 4_097, 1 << 20}) {
        try (HostBuffer buffer = device.allocate(byteSize)) {
          assertThat(buffer.segment().byteSize()).isEqualTo(byteSize);
          assertThat(buffer.segment().address() % HostBuffer.ALIGNMENT).isZero();
          buffer.segment().fill((byte) 1);
        }
      }
      assertThat(driver.count("registrations")).isZero();
    }
  }

  @Test
  void isNotBoundToTheTwoGibibytesOfADirectBuffer() {
    long byteSize = (1L << 31) + 100;
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        HostBuffer buffer = device.allocate(byteSize)) {
      buffer.segment().set(ValueLayout.JAVA_BYTE, byteSize - 1, (byte) 1);
      assertThat(buffer.segment().byteSize()).isEqualTo(byteSize);
    }
  }

  @Test
  void holdsTensors() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        HostBuffer x = device.allocate(40);
        HostBuffer y = device.allocate(40)) {
      for (int i = 0; i < 10; i++) {
        x.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, i - 5);
      }
      OpenDevice.run(
          device, new Relu(), DataType.FP32, OpenDevice.forward(10, x.segment(), y.segment()));
      for (int i = 0; i < 10; i++) {
        assertThat(y.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i)).isEqualTo(Math.max(0, i - 5));
      }
    }
  }

  @Test
  void isFreedOnceHoweverOftenItIsClosed() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT)) {
      HostBuffer buffer = device.allocate(100);
      buffer.close();
      buffer.close();
      assertThat(driver.count("cuMemHostUnregister")).isEqualTo(1);
    }
  }

  @Test
  void isFreedWithItsDeviceAtTheLatest() {
    HostBuffer buffer;
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT)) {
      buffer = device.allocate(100);
    }
    assertThat(driver.count("registrations")).isZero();
    buffer.close();
    assertThat(driver.count("cuMemHostUnregister")).isEqualTo(1);
  }

  @Test
  void isNotToBeHadOfAClosedDeviceNorInANegativeSize() {
    CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
    assertThatThrownBy(() -> device.allocate(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected a size of 0 or more bytes, got -1");
    device.close();
    assertThatThrownBy(() -> device.allocate(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the device is closed");
  }
}
