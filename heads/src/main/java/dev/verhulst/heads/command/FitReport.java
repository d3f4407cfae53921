package dev.verhulst.heads.command;

import dev.verhulst.heads.calibration.CalibrationReport;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.HeadFit;
import dev.verhulst.heads.training.LabelFit;
import java.io.PrintWriter;

/** What the command line says about a fit. */
final class FitReport {

  private FitReport() {}

  static void print(HeadFit fit, PrintWriter out) {
    for (LabelFit label : fit.labels()) {
      out.printf(
          "%s: objective %s, sum of log loss %s, %d iterations, gradient %.2g, %s%n",
          label.name(),
          label.objective(),
          label.logLoss(),
          label.iterations(),
          label.gradientNorm(),
          label.converged() ? "converged" : "not converged");
      label.warnings().forEach(warning -> out.printf("  warning: %s%n", warning));
    }
  }

  /** Coefficients of one label, with their standard errors where there are any. */
  static void printCoefficients(HeadFit fit, PrintWriter out) {
    for (LabelFit label : fit.labels()) {
      out.printf("%s: coefficients of the features as trained on%n", label.name());
      for (int feature = 0; feature < label.coefficients().length; feature++) {
        printLine(
            fit.featureNames().get(feature), label.coefficients()[feature], label, feature, out);
      }
      printLine("(intercept)", label.intercept(), label, label.coefficients().length, out);
    }
  }

  private static void printLine(
      String name, double value, LabelFit label, int index, PrintWriter out) {
    double[] errors = label.standardErrors();
    out.printf(
        "  %-24s %14.6g%s%n",
        name, value, errors == null ? "" : " ± %.3g".formatted(errors[index]));
  }

  static void print(HeadCalibration calibration, PrintWriter out) {
    for (int label = 0; label < calibration.after().size(); label++) {
      out.printf("%s: calibrated%n", calibration.labelNames().get(label));
      print("before", calibration.before().get(label), out);
      print("after", calibration.after().get(label), out);
    }
  }

  private static void print(String when, CalibrationReport report, PrintWriter out) {
    out.printf(
        "  %-6s mean log loss %.6g, Brier score %.6g, expected calibration error %.6g%n",
        when, report.logLoss(), report.brierScore(), report.expectedCalibrationError());
  }
}
