package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.TrainingExamples;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a head is fitted to.
 *
 * @param training the examples that it is trained on
 * @param calibration those that it is calibrated on; null where it is not
 */
record FitExamples(TrainingExamples training, @Nullable TrainingExamples calibration) {

  /** Where they come from. */
  @FunctionalInterface
  interface Source {

    /**
     * Reads them.
     *
     * @param monitor asked now and again whether to go on
     * @throws IllegalArgumentException where a value cannot be; the message names the row
     */
    FitExamples read(JobMonitor monitor) throws IOException;
  }

  /**
   * Keeps a share of the rows from training, at least one of them.
   *
   * @param seed decides which
   * @throws IllegalArgumentException where either part lacks a label's 0 or 1
   */
  static FitExamples split(TrainingExamples all, double share, long seed) {
    int rows = all.features().rows();
    int[] shuffled = shuffled(rows, seed);
    int kept = Math.clamp(Math.round(share * rows), 1, rows - 1);
    int[] calibration = Arrays.copyOf(shuffled, kept);
    int[] training = Arrays.copyOfRange(shuffled, kept, rows);
    Arrays.sort(calibration);
    Arrays.sort(training);
    try {
      return new FitExamples(all.rows(training), all.rows(calibration));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "of %d rows %d are kept for calibration, and in one of the parts %s"
              .formatted(rows, kept, e.getMessage()),
          e);
    }
  }

  private static int[] shuffled(int rows, long seed) {
    int[] order = IntStream.range(0, rows).toArray();
    Random random = new Random(seed);
    for (int i = rows - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    return order;
  }
}
