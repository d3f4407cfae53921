package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.Elements;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Activation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs an activation on a device over one row of numbers that are exact in a type. */
final class RowRunner {

  /** The outputs, as doubles. */
  record Result(double[] y, double[] dyDx, double[] gradX) {}

  private final Device device;

  RowRunner(Device device) {
    this.device = device;
  }

  /**
   * Computes all outputs.
   *
   * @param slope as many slopes, for PReLU, or null
   * @param gradY as many gradients of y
   */
  Result run(
      Activation activation,
      DataType dataType,
      double[] x,
      double @Nullable [] slope,
      double[] gradY) {
    long byteSize = (long) x.length * dataType.byteSize();
    try (HostBuffer input = device.allocate(byteSize);
        HostBuffer slopes = device.allocate(byteSize);
        HostBuffer gradients = device.allocate(byteSize);
        HostBuffer y = device.allocate(byteSize);
        HostBuffer dyDx = device.allocate(byteSize);
        HostBuffer gradX = device.allocate(byteSize)) {
      Elements.setAll(input.segment(), dataType, x);
      Elements.setAll(gradients.segment(), dataType, gradY);
      if (slope != null) {
        Elements.setAll(slopes.segment(), dataType, slope);
      }
      device.run(
          activation,
          dataType,
          List.of(
              new ActivationTask(
                  x.length,
                  x.length,
                  input.segment(),
                  slope == null ? null : slopes.segment(),
                  gradients.segment(),
                  y.segment(),
                  dyDx.segment(),
                  gradX.segment())));
      return new Result(
          Elements.getAll(y.segment(), dataType, x.length),
          Elements.getAll(dyDx.segment(), dataType, x.length),
          Elements.getAll(gradX.segment(), dataType, x.length));
    }
  }
}
