package dev.verhulst.heads.training;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The examples in the order in which training reads them: tiles of a few hundred rows that fit the
 * second-level cache, each feature's values of a tile side by side, a column of ones for the
 * intercept last. Values are FP64, standardised where asked for; a constant feature's are all 0.
 */
final class FeatureTiles {

  /** Numbers in a tile, about. */
  private static final int TILE = 16 * 1024;

  private static final int MIN_ROWS = 128;
  private static final int MAX_ROWS = 512;

  private final int rows;
  private final int features;
  private final int rowsPerTile;
  private final double[][] tiles;
  private final double[] mean;
  private final double[] scale;
  private final boolean[] constant;

  private FeatureTiles(int rows, int features) {
    this.rows = rows;
    this.features = features;
    rowsPerTile = rowsPerTile(features);
    tiles = new double[Math.ceilDiv(rows, rowsPerTile)][];
    mean = new double[features];
    scale = new double[features];
    constant = new boolean[features];
  }

  private static int rowsPerTile(int features) {
    return Math.clamp(Integer.highestOneBit(TILE / (features + 1) | 1), MIN_ROWS, MAX_ROWS);
  }

  /** How many bytes the tiles of so many examples take. */
  static long byteSize(long rows, long features) {
    long perTile = rowsPerTile((int) features);
    return Math.ceilDiv(rows, perTile) * perTile * (features + 4) * Double.BYTES;
  }

  /**
   * Reads the examples.
   *
   * @throws IllegalArgumentException where a feature is not finite; the message names the row
   */
  static FeatureTiles read(TrainingExamples examples, boolean standardise, Workers workers) {
    FeatureRows source = examples.features();
    FeatureTiles tiles = new FeatureTiles(source.rows(), source.features());
    tiles.fill(source, examples.featureNames(), workers);
    tiles.measure(workers);
    tiles.transform(standardise, workers);
    return tiles;
  }

  private void fill(FeatureRows source, List<String> names, Workers workers) {
    AtomicReference<Integer> firstBad = new AtomicReference<>();
    workers.run(
        tiles.length,
        tile -> {
          double[] values = new double[paddedColumns() * rowsPerTile];
          double[] row = new double[features];
          for (int i = 0; i < count(tile); i++) {
            int index = first(tile) + i;
            source.copyRow(index, row);
            double sum = 0;
            for (int feature = 0; feature < features; feature++) {
              double value = row[feature];
              values[feature * rowsPerTile + i] = value;
              // NaN where the value is NaN or infinite, 0 elsewhere.
              sum += value * 0;
            }
            if (Double.isNaN(sum)) {
              firstBad.accumulateAndGet(
                  index, (earlier, later) -> earlier == null || later < earlier ? later : earlier);
            }
            values[features * rowsPerTile + i] = 1;
          }
          tiles[tile] = values;
        });
    Integer bad = firstBad.get();
    if (bad != null) {
      source.expectFinite(bad, names);
    }
  }

  /** Means and deviations, as NumPy has them: about the mean, over all rows. */
  private void measure(Workers workers) {
    workers.run(
        features,
        feature -> {
          double first = tiles[0][feature * rowsPerTile];
          boolean same = true;
          double sum = 0;
          for (int tile = 0; tile < tiles.length; tile++) {
            int at = feature * rowsPerTile;
            double part = 0;
            for (int i = 0; i < count(tile); i++) {
              double value = tiles[tile][at + i];
              part += value;
              same &= value == first;
            }
            sum += part;
          }
          double average = sum / rows;
          double squares = 0;
          for (int tile = 0; tile < tiles.length; tile++) {
            int at = feature * rowsPerTile;
            double part = 0;
            for (int i = 0; i < count(tile); i++) {
              double difference = tiles[tile][at + i] - average;
              part += difference * difference;
            }
            squares += part;
          }
          constant[feature] = same;
          mean[feature] = same ? first : average;
          scale[feature] = same ? 1 : Math.sqrt(squares / rows);
        });
  }

  private void transform(boolean standardise, Workers workers) {
    workers.run(
        tiles.length,
        tile -> {
          for (int feature = 0; feature < features; feature++) {
            int at = feature * rowsPerTile;
            for (int i = at; i < at + count(tile); i++) {
              if (constant[feature]) {
                tiles[tile][i] = 0;
              } else if (standardise) {
                tiles[tile][i] = (tiles[tile][i] - mean[feature]) / scale[feature];
              }
            }
          }
        });
  }

  /** How many tiles there are. */
  int count() {
    return tiles.length;
  }

  int rows() {
    return rows;
  }

  /** How many columns a tile has: the features, and the intercept's ones. */
  int columns() {
    return features + 1;
  }

  /** How many columns there are with those of zeros that fill them up to a multiple of four. */
  int paddedColumns() {
    return Math.ceilDiv(columns(), 4) * 4;
  }

  /** How far a tile's columns are apart; a column is filled up with zeros to as many rows. */
  int rowsPerTile() {
    return rowsPerTile;
  }

  /** A tile's first row. */
  int first(int tile) {
    return tile * rowsPerTile;
  }

  /** How many rows a tile has. */
  int count(int tile) {
    return Math.min(rowsPerTile, rows - first(tile));
  }

  double[] tile(int tile) {
    return tiles[tile];
  }

  double[] mean() {
    return mean;
  }

  double[] scale() {
    return scale;
  }

  /** The features that have the same value in every row. */
  List<Integer> constantFeatures() {
    List<Integer> indices = new ArrayList<>();
    for (int feature = 0; feature < features; feature++) {
      if (constant[feature]) {
        indices.add(feature);
      }
    }
    return indices;
  }
}
