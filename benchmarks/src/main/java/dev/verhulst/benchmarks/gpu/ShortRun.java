package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.LossChecks;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.cuda.GpuUnderTest;
import dev.verhulst.kernels.loss.Reduction;
import java.time.Duration;
import java.util.Random;

/**
 * A process of its own that opens the GPU and checks a batch of every activation and loss in every
 * type: for compute-sanitizer to watch, and for the proof that a fresh process works.
 */
final class ShortRun {

  /** What it says at its end, before the number of batches. */
  static final String DONE = "batches checked: ";

  private ShortRun() {}

  /**
   * Checks batches for a while.
   *
   * @param arguments the seconds after which no batch but the first is begun
   */
  public static void main(String[] arguments) {
    Duration budget = Duration.ofSeconds(Long.parseLong(arguments[0]));
    Deadline deadline = new Deadline(System::nanoTime, budget);
    int batches = 0;
    int all = 0;
    try (Device device = GpuUnderTest.find().open()) {
      for (DataType dataType : DataType.values()) {
        for (Activation activation : ActivationChecks.activations().toList()) {
          all++;
          if (batches == 0 || !deadline.isOver()) {
            ActivationChecks.checkBatch(device, activation, dataType, new Random(1));
            batches++;
          }
        }
        for (Reduction reduction : Reduction.values()) {
          all++;
          if (batches == 0 || !deadline.isOver()) {
            LossChecks.checkBatch(device, reduction, dataType, new Random(2));
            batches++;
          }
        }
      }
    }
    System.out.println(DONE + batches + " of " + all);
  }
}
