package dev.verhulst.client.jobs;

import dev.verhulst.client.inference.Tensor;

/** Arrays of rows as tensors. */
final class Examples {

  private Examples() {}

  static Tensor of(double[][] rows) {
    int columns = columns(rows.length, rows.length == 0 ? 0 : rows[0].length);
    double[] all = new double[Math.multiplyExact(rows.length, columns)];
    for (int row = 0; row < rows.length; row++) {
      expectColumns(row, rows[row].length, columns);
      System.arraycopy(rows[row], 0, all, row * columns, columns);
    }
    return Tensor.of(all, rows.length, columns);
  }

  static Tensor of(float[][] rows) {
    int columns = columns(rows.length, rows.length == 0 ? 0 : rows[0].length);
    float[] all = new float[Math.multiplyExact(rows.length, columns)];
    for (int row = 0; row < rows.length; row++) {
      expectColumns(row, rows[row].length, columns);
      System.arraycopy(rows[row], 0, all, row * columns, columns);
    }
    return Tensor.of(all, rows.length, columns);
  }

  static double[][] toDoubles(Tensor tensor) {
    double[] all = tensor.toDoubles();
    int columns = (int) tensor.shape()[1];
    double[][] rows = new double[(int) tensor.shape()[0]][columns];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(all, row * columns, rows[row], 0, columns);
    }
    return rows;
  }

  static float[][] toFloats(Tensor tensor) {
    float[] all = tensor.toFloats();
    int columns = (int) tensor.shape()[1];
    float[][] rows = new float[(int) tensor.shape()[0]][columns];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(all, row * columns, rows[row], 0, columns);
    }
    return rows;
  }

  private static int columns(int rows, int columns) {
    if (rows == 0 || columns == 0) {
      throw new IllegalArgumentException("expected at least one row and one column");
    }
    return columns;
  }

  private static void expectColumns(int row, int columns, int expected) {
    if (columns != expected) {
      throw new IllegalArgumentException(
          "row " + row + " has " + columns + " columns; the rows before it have " + expected);
    }
  }
}
