package dev.verhulst.heads.data;

import dev.verhulst.heads.training.FeatureRows;
import dev.verhulst.heads.training.TrainingExamples;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Named columns of numbers.
 *
 * @param columns the columns' names, each once
 * @param rows the rows, each with a number for each column; NaN where there is none
 */
public record Table(List<String> columns, double[][] rows) {

  /** More classes than these in one column are taken for a mistake. */
  private static final int MAX_CLASSES = 1000;

  public Table {
    columns = List.copyOf(columns);
  }

  /** The numbers of a column. */
  public double[] column(String name) {
    int index = index(name);
    double[] values = new double[rows.length];
    for (int row = 0; row < rows.length; row++) {
      values[row] = rows[row][index];
    }
    return values;
  }

  /**
   * Takes columns of 0 and 1 as labels; all columns but these and the weights are features.
   *
   * @param weights the column of weights, or null
   */
  public TrainingExamples withLabels(List<String> labels, @Nullable String weights) {
    List<double[]> targets = new ArrayList<>();
    for (String label : labels) {
      targets.add(column(label));
    }
    return examples(labels, labels, targets, weights);
  }

  /**
   * Takes a column of classes: one label for each of its values, named {@code column=value}, which
   * is 1 where the column has that value.
   *
   * @param weights the column of weights, or null
   */
  public TrainingExamples withClasses(String column, @Nullable String weights) {
    double[] values = column(column);
    TreeSet<Double> classes = new TreeSet<>();
    for (int row = 0; row < values.length; row++) {
      classes.add(values[row]);
      if (Double.isNaN(values[row]) || classes.size() > MAX_CLASSES) {
        throw new IllegalArgumentException(
            "column '%s' has %s; expected at most %d classes"
                .formatted(
                    column,
                    Double.isNaN(values[row]) ? "no value in row " + row : "more values",
                    MAX_CLASSES));
      }
    }
    List<String> names = new ArrayList<>();
    List<double[]> targets = new ArrayList<>();
    for (double value : classes) {
      names.add(column + "=" + (value == Math.rint(value) ? "" + (long) value : "" + value));
      double[] target = new double[values.length];
      for (int row = 0; row < values.length; row++) {
        target[row] = values[row] == value ? 1 : 0;
      }
      targets.add(target);
    }
    return examples(List.of(column), names, targets, weights);
  }

  private TrainingExamples examples(
      List<String> labelColumns,
      List<String> labelNames,
      List<double[]> targets,
      @Nullable String weights) {
    List<String> names = new ArrayList<>(columns);
    names.removeAll(labelColumns);
    names.remove(weights);
    int[] indices = names.stream().mapToInt(columns::indexOf).toArray();
    return new TrainingExamples(
        new SelectedColumns(rows, indices),
        names,
        targets,
        labelNames,
        weights == null ? null : column(weights));
  }

  private int index(String name) {
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "there is no column '%s'; there are %s".formatted(name, columns));
    }
    return index;
  }

  private record SelectedColumns(double[][] table, int[] indices) implements FeatureRows {

    @Override
    public int rows() {
      return table.length;
    }

    @Override
    public int features() {
      return indices.length;
    }

    @Override
    public void copyRow(int row, double[] to) {
      for (int i = 0; i < indices.length; i++) {
        to[i] = table[row][indices[i]];
      }
    }
  }
}
