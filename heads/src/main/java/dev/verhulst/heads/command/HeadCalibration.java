package dev.verhulst.heads.command;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.CalibrationReport;
import dev.verhulst.heads.calibration.ReliabilityDiagram;
import dev.verhulst.heads.calibration.ScoredExamples;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.head.LogisticHead;
import dev.verhulst.heads.head.LogisticTask;
import dev.verhulst.heads.training.FeatureRows;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.cpu.CpuDevice;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A head's calibration on examples that it was not trained on, with its reports. */
final class HeadCalibration {

  private final HeadModel head;
  private final List<String> labelNames;
  private final List<CalibrationReport> before;
  private final List<CalibrationReport> after;

  private HeadCalibration(
      HeadModel head,
      List<String> labelNames,
      List<CalibrationReport> before,
      List<CalibrationReport> after) {
    this.head = head;
    this.labelNames = labelNames;
    this.before = before;
    this.after = after;
  }

  static HeadCalibration fit(
      HeadModel head, TrainingExamples examples, CalibrationMethod method, CpuDevice device) {
    if (examples.labelNames().size() != head.labels()) {
      throw new IllegalArgumentException(
          "the calibration data have the labels %s; expected %d of them"
              .formatted(examples.labelNames(), head.labels()));
    }
    if (examples.features().features() != head.features()) {
      throw new IllegalArgumentException(
          "the calibration data have %d features; expected %d"
              .formatted(examples.features().features(), head.features()));
    }
    double[][] scores = scores(head, examples.features(), device);
    List<Calibration> calibrations = new ArrayList<>();
    List<CalibrationReport> before = new ArrayList<>();
    List<CalibrationReport> after = new ArrayList<>();
    for (int label = 0; label < head.labels(); label++) {
      double[] targets = examples.labels().get(label);
      ScoredExamples scored = new ScoredExamples(scores[label], targets);
      Calibration calibration = method.fit(scored);
      calibrations.add(calibration);
      before.add(CalibrationReport.of(scored.probabilities(new Temperature(1)), targets));
      after.add(CalibrationReport.of(scored.probabilities(calibration), targets));
    }
    return new HeadCalibration(
        head.withCalibrations(calibrations), examples.labelNames(), before, after);
  }

  /** For each label the logits of all rows. */
  private static double[][] scores(HeadModel model, FeatureRows rows, CpuDevice device) {
    double[][] scores = new double[model.labels()][rows.rows()];
    try (LogisticHead logistic = new LogisticHead(model, device, DataType.FP64);
        Arena arena = Arena.ofConfined()) {
      MemorySegment features = arena.allocate(ValueLayout.JAVA_DOUBLE, model.features());
      MemorySegment logits = arena.allocate(ValueLayout.JAVA_DOUBLE, model.labels());
      double[] row = new double[model.features()];
      for (int i = 0; i < rows.rows(); i++) {
        rows.copyRow(i, row);
        MemorySegment.copy(row, 0, features, ValueLayout.JAVA_DOUBLE, 0, row.length);
        logistic.run(List.of(new LogisticTask(1, features, logits, null, null)));
        for (int label = 0; label < model.labels(); label++) {
          scores[label][i] = logits.getAtIndex(ValueLayout.JAVA_DOUBLE, label);
        }
      }
    }
    return scores;
  }

  HeadModel head() {
    return head;
  }

  /** The labels' reliability diagrams by the names of their files. */
  Map<String, String> diagrams() {
    Map<String, String> diagrams = new LinkedHashMap<>();
    for (int label = 0; label < after.size(); label++) {
      diagrams.put("reliability." + label + ".svg", ReliabilityDiagram.svg(after.get(label)));
    }
    return diagrams;
  }

  void print(PrintWriter out) {
    for (int label = 0; label < after.size(); label++) {
      out.printf("%s: calibrated%n", labelNames.get(label));
      print("before", before.get(label), out);
      print("after", after.get(label), out);
    }
  }

  private static void print(String when, CalibrationReport report, PrintWriter out) {
    out.printf(
        "  %-6s log loss %.6g, Brier score %.6g, expected calibration error %.6g%n",
        when, report.logLoss(), report.brierScore(), report.expectedCalibrationError());
  }
}
