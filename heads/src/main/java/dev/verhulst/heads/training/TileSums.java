package dev.verhulst.heads.training;

import org.jspecify.annotations.Nullable;

/** What the tiles of a part add up to. */
final class TileSums {

  double loss;
  final double[] gradient;
  boolean separates = true;

  /** Room for {@link TileLoops}. */
  final double[] lanes = new double[TileLoops.LANES];

  private final FeatureTiles tiles;
  private final int width;

  /** The blocks on and below the diagonal, in a matrix filled up to whole blocks. */
  private final double @Nullable [] lowerBlocks;

  private final double[] scaled;

  TileSums(FeatureTiles tiles, boolean withHessian) {
    this.tiles = tiles;
    width = tiles.paddedColumns();
    gradient = new double[tiles.columns()];
    lowerBlocks = withHessian ? new double[width * width] : null;
    scaled = new double[withHessian ? 4 * tiles.rowsPerTile() : 0];
  }

  boolean hasHessian() {
    return lowerBlocks != null;
  }

  /** Adds Xᵀ diag(curvatures) X of a tile. */
  void addHessian(double[] tile, double[] curvatures) {
    if (lowerBlocks == null) {
      return;
    }
    int rows = tiles.rowsPerTile();
    for (int row = 0; row < width; row += 4) {
      TileLoops.scaled(tile, rows, row, 4, curvatures, rows, scaled);
      for (int column = 0; column <= row; column += 4) {
        TileLoops.block(scaled, tile, rows, rows, row, column, lowerBlocks, width, lanes);
      }
    }
  }

  void add(TileSums other) {
    loss += other.loss;
    separates &= other.separates;
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += other.gradient[i];
    }
    if (lowerBlocks != null && other.lowerBlocks != null) {
      for (int i = 0; i < lowerBlocks.length; i++) {
        lowerBlocks[i] += other.lowerBlocks[i];
      }
    }
  }

  /** The whole Hessian, without what fills it up; null where it was not asked for. */
  double @Nullable [] symmetricHessian() {
    if (lowerBlocks == null) {
      return null;
    }
    int columns = gradient.length;
    double[] hessian = new double[columns * columns];
    for (int row = 0; row < columns; row++) {
      for (int column = 0; column <= row; column++) {
        hessian[row * columns + column] = lowerBlocks[row * width + column];
        hessian[column * columns + row] = lowerBlocks[row * width + column];
      }
    }
    return hessian;
  }
}
