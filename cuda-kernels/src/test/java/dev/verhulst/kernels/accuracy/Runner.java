package dev.verhulst.kernels.accuracy;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Activation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Runs an activation on a device over whole arrays. */
final class Runner {

  /** What to compute. */
  enum Output {
    Y("y"),
    DY_DX("dy_dx");

    private final String text;

    Output(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final Device device;

  Runner(Device device) {
    this.device = device;
  }

  /** In FP64. */
  double[] run(Activation activation, Output output, double[] x) {
    return (double[]) run(activation, DataType.FP64, output, x.length, MemorySegment.ofArray(x));
  }

  /** In FP32. */
  float[] run(Activation activation, Output output, float[] x) {
    return (float[]) run(activation, DataType.FP32, output, x.length, MemorySegment.ofArray(x));
  }

  /** In FP16 or BF16, as bits. */
  short[] run(Activation activation, DataType dataType, Output output, short[] x) {
    return (short[]) run(activation, dataType, output, x.length, MemorySegment.ofArray(x));
  }

  /** In FP32 or FP64, for inputs that are exact in FP32. */
  double[] run(Activation activation, DataType dataType, Output output, double[] x) {
    if (dataType == DataType.FP64) {
      return run(activation, output, x);
    }
    float[] single = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      single[i] = (float) x[i];
    }
    float[] results = run(activation, output, single);
    double[] widened = new double[x.length];
    Arrays.setAll(widened, i -> results[i]);
    return widened;
  }

  private Object run(
      Activation activation, DataType dataType, Output output, int length, MemorySegment x) {
    try (HostBuffer input = device.allocate(x.byteSize());
        HostBuffer result = device.allocate(x.byteSize())) {
      input.segment().copyFrom(x);
      MemorySegment y = output == Output.Y ? result.segment() : null;
      MemorySegment dyDx = output == Output.DY_DX ? result.segment() : null;
      device.run(
          activation,
          dataType,
          List.of(new ActivationTask(length, length, input.segment(), null, null, y, dyDx, null)));
      return switch (dataType) {
        case FP64 -> result.segment().toArray(ValueLayout.JAVA_DOUBLE);
        case FP32 -> result.segment().toArray(ValueLayout.JAVA_FLOAT);
        case FP16, BF16 -> result.segment().toArray(ValueLayout.JAVA_SHORT);
      };
    }
  }
}
