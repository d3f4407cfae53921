package dev.verhulst.heads.training;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.CalibrationMethod;
import dev.verhulst.heads.calibration.CalibrationReport;
import dev.verhulst.heads.calibration.ReliabilityDiagram;
import dev.verhulst.heads.calibration.ScoredExamples;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.head.LogisticHead;
import dev.verhulst.heads.head.LogisticTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The calibration of a head's labels, with its reports. Examples that the head was trained on would
 * make it look better than it is.
 *
 * @param labelNames the labels' names
 * @param calibrations one for each label
 * @param before what the sigmoid's probabilities were worth, label by label
 * @param after what the calibrated ones are worth on the same examples
 */
public record HeadCalibration(
    List<String> labelNames,
    List<Calibration> calibrations,
    List<CalibrationReport> before,
    List<CalibrationReport> after) {

  public HeadCalibration {
    labelNames = List.copyOf(labelNames);
    calibrations = List.copyOf(calibrations);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /**
   * Fits calibrations to the logits that a head gives.
   *
   * @param head computes the logits, in FP64
   * @throws IllegalArgumentException where the examples do not fit the head
   */
  public static HeadCalibration fit(
      HeadModel head, TrainingExamples examples, CalibrationMethod method, Device device) {
    return fit(head, examples, method, device, () -> {});
  }

  /**
   * The same, for who may want it to end early.
   *
   * @param step run before each row is scored and each label is fitted; what it throws ends the
   *     calibration and reaches the caller
   */
  public static HeadCalibration fit(
      HeadModel head,
      TrainingExamples examples,
      CalibrationMethod method,
      Device device,
      Runnable step) {
    if (examples.features().features() != head.features()) {
      throw new IllegalArgumentException(
          "the calibration data have %d features; expected %d"
              .formatted(examples.features().features(), head.features()));
    }
    if (examples.labelNames().size() != head.labels()) {
      throw new IllegalArgumentException(
          "the calibration data have the labels %s; expected %d of them"
              .formatted(examples.labelNames(), head.labels()));
    }
    List<double[]> scores = scores(head, examples.features(), device, step);
    return fit(examples.labelNames(), scores, examples.labels(), examples.weights(), method, step);
  }

  /**
   * Fits calibrations to scores.
   *
   * @param scores for each label the logits of all rows
   * @param targets for each label those of all rows, each 0 or 1
   * @throws IllegalArgumentException where a score is not finite, or a target neither 0 nor 1; the
   *     message names the label and the row
   */
  public static HeadCalibration fit(
      List<String> labelNames,
      List<double[]> scores,
      List<double[]> targets,
      CalibrationMethod method) {
    return fit(labelNames, scores, targets, method, () -> {});
  }

  /**
   * The same, for who may want it to end early.
   *
   * @param step run before each label is fitted; what it throws ends the calibration and reaches
   *     the caller
   */
  public static HeadCalibration fit(
      List<String> labelNames,
      List<double[]> scores,
      List<double[]> targets,
      CalibrationMethod method,
      Runnable step) {
    return fit(labelNames, scores, targets, null, method, step);
  }

  private static HeadCalibration fit(
      List<String> labelNames,
      List<double[]> scores,
      List<double[]> targets,
      double @Nullable [] weights,
      CalibrationMethod method,
      Runnable step) {
    List<Calibration> calibrations = new ArrayList<>();
    List<CalibrationReport> before = new ArrayList<>();
    List<CalibrationReport> after = new ArrayList<>();
    for (int label = 0; label < labelNames.size(); label++) {
      step.run();
      ScoredExamples scored =
          scored(labelNames.get(label), scores.get(label), targets.get(label), weights);
      Calibration calibration = method.fit(scored);
      calibrations.add(calibration);
      before.add(CalibrationReport.of(scored, new Temperature(1)));
      after.add(CalibrationReport.of(scored, calibration));
    }
    return new HeadCalibration(labelNames, calibrations, before, after);
  }

  /**
   * Checks scores and targets before they are used.
   *
   * @throws IllegalArgumentException as {@link #fit(List, List, List, CalibrationMethod)} would
   */
  public static void expectSound(
      List<String> labelNames, List<double[]> scores, List<double[]> targets) {
    for (int label = 0; label < labelNames.size(); label++) {
      scored(labelNames.get(label), scores.get(label), targets.get(label), null);
    }
  }

  private static ScoredExamples scored(
      String label, double[] scores, double[] targets, double @Nullable [] weights) {
    try {
      return weights == null
          ? new ScoredExamples(scores, targets)
          : new ScoredExamples(
              counting(scores, weights), counting(targets, weights), counting(weights, weights));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("label '%s': %s".formatted(label, e.getMessage()), e);
    }
  }

  /** The values of the rows that count at all. */
  private static double[] counting(double[] values, double[] weights) {
    return IntStream.range(0, values.length)
        .filter(row -> weights[row] > 0)
        .mapToDouble(row -> values[row])
        .toArray();
  }

  /** For each label the logits of all rows. */
  private static List<double[]> scores(
      HeadModel model, FeatureRows rows, Device device, Runnable step) {
    List<double[]> scores = new ArrayList<>();
    for (int label = 0; label < model.labels(); label++) {
      scores.add(new double[rows.rows()]);
    }
    try (LogisticHead logistic = new LogisticHead(model, device, DataType.FP64);
        Arena arena = Arena.ofConfined()) {
      MemorySegment features = arena.allocate(ValueLayout.JAVA_DOUBLE, model.features());
      MemorySegment logits = arena.allocate(ValueLayout.JAVA_DOUBLE, model.labels());
      double[] row = new double[model.features()];
      for (int i = 0; i < rows.rows(); i++) {
        step.run();
        rows.copyRow(i, row);
        MemorySegment.copy(row, 0, features, ValueLayout.JAVA_DOUBLE, 0, row.length);
        logistic.run(List.of(new LogisticTask(1, features, logits, null, null)));
        for (int label = 0; label < model.labels(); label++) {
          scores.get(label)[i] = logits.getAtIndex(ValueLayout.JAVA_DOUBLE, label);
        }
      }
    }
    return scores;
  }

  /** The labels' reliability diagrams by the names of their files. */
  public Map<String, String> diagrams() {
    Map<String, String> diagrams = new LinkedHashMap<>();
    for (int label = 0; label < after.size(); label++) {
      diagrams.put("reliability." + label + ".svg", ReliabilityDiagram.svg(after.get(label)));
    }
    return diagrams;
  }
}
