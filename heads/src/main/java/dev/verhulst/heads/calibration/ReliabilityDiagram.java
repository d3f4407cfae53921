package dev.verhulst.heads.calibration;

import java.util.Locale;

/**
 * Draws a reliability diagram as SVG: observed frequency over mean probability, one point for each
 * bin that has examples, its area in proportion to their number, beside the diagonal of perfect
 * calibration.
 */
public final class ReliabilityDiagram {

  private static final int SIZE = 400;
  private static final int MARGIN = 48;
  private static final double LARGEST_RADIUS = 14;
  private static final double SMALLEST_RADIUS = 2;

  private ReliabilityDiagram() {}

  /** The diagram as the text of a file. */
  public static String svg(CalibrationReport report) {
    StringBuilder svg = new StringBuilder();
    int whole = SIZE + 2 * MARGIN;
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">",
        whole,
        whole);
    add(svg, "<title>Reliability diagram</title>");
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", whole, whole);
    addAxes(svg);
    add(
        svg,
        "<line x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\" stroke=\"gray\" stroke-dasharray=\"4\"/>",
        x(0),
        y(0),
        x(1),
        y(1));
    addPoints(svg, report);
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">log loss %.4g, Brier score %.4g, expected calibration error %.4g</text>",
        whole / 2,
        MARGIN / 2,
        report.logLoss(),
        report.brierScore(),
        report.expectedCalibrationError());
    add(svg, "</svg>");
    return svg.toString();
  }

  private static void addAxes(StringBuilder svg) {
    add(
        svg,
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"black\"/>",
        MARGIN,
        MARGIN,
        SIZE,
        SIZE);
    for (int tick = 0; tick <= 10; tick += 2) {
      double value = tick / 10.0;
      add(
          svg,
          "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">%.1f</text>",
          x(value),
          y(0) + 16,
          value);
      add(
          svg,
          "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"end\">%.1f</text>",
          x(0) - 6,
          y(value) + 4,
          value);
    }
    add(
        svg,
        "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"middle\">mean probability</text>",
        x(0.5),
        y(0) + 36);
    add(
        svg,
        "<text transform=\"translate(%.2f %.2f) rotate(-90)\" text-anchor=\"middle\">observed frequency</text>",
        x(0) - 34,
        y(0.5));
  }

  private static void addPoints(StringBuilder svg, CalibrationReport report) {
    long most = report.bins().stream().mapToLong(ReliabilityBin::count).max().orElse(1);
    StringBuilder line = new StringBuilder();
    StringBuilder points = new StringBuilder();
    for (ReliabilityBin bin : report.bins()) {
      if (bin.count() == 0) {
        continue;
      }
      double x = x(bin.meanProbability());
      double y = y(bin.observedFrequency());
      line.append(String.format(Locale.ROOT, "%.2f,%.2f ", x, y));
      double radius =
          Math.max(SMALLEST_RADIUS, LARGEST_RADIUS * Math.sqrt(bin.count() / (double) most));
      add(
          points,
          "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"%.2f\" fill=\"steelblue\" fill-opacity=\"0.6\"><title>%d examples</title></circle>",
          x,
          y,
          radius,
          bin.count());
    }
    add(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"steelblue\"/>",
        line.toString().strip());
    svg.append(points);
  }

  private static double x(double value) {
    return MARGIN + SIZE * value;
  }

  private static double y(double value) {
    return MARGIN + SIZE * (1 - value);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
