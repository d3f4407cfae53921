package dev.verhulst.kernels.accuracy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verhulst.kernels.accuracy.Runner.Output;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * What every element-wise activation gives in FP64 on the CPU over sampled inputs, written to
 * {@code target/fp64-results.csv} for {@code reference_values.py --measure}. Its name keeps it out
 * of the build; docs/accuracy.md says how to run it.
 */
final class Fp64Results {

  @Test
  void write() throws IOException {
    double[] x = Patterns.fp64();
    Path file = Path.of("target", "fp64-results.csv");
    try (CpuDevice device = new CpuDevice();
        PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file, UTF_8))) {
      for (ElementwiseActivation activation : Variants.elementwise().toList()) {
        double[] y = new Runner(device).run(activation, Output.Y, x);
        double[] dyDx = new Runner(device).run(activation, Output.DY_DX, x);
        String line = activation.name() + "," + parameters(activation) + ",%s,%s,%s%n";
        for (int i = 0; i < x.length; i++) {
          if (Double.isFinite(x[i])) {
            writer.printf(line, hex(x[i]), hex(y[i]), hex(dyDx[i]));
          }
        }
      }
    }
  }

  /** The parameters as the table of reference values writes them. */
  private static String parameters(ElementwiseActivation activation) {
    List<String> parameters = new ArrayList<>();
    for (RecordComponent component : activation.getClass().getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(activation);
        if (value instanceof Double number) {
          parameters.add(component.getName() + "=" + hex(number));
        } else if (value != null) {
          parameters.add(component.getName() + "=" + value.toString().toLowerCase(Locale.ROOT));
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
    return String.join(";", parameters);
  }

  private static String hex(double number) {
    return Double.toHexString(number);
  }
}
