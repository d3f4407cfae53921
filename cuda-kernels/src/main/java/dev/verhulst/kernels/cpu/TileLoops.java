package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;

/** The loops of products that have been made: one for each {@link TileShape} and type. */
final class TileLoops {

  private static final ProductLoop[] FP32_PRODUCTS = products(Fp32ProductLoop.class);
  private static final ProductLoop[] FP64_PRODUCTS = products(Fp64ProductLoop.class);
  private static final DotLoop[] FP32_DOTS = dots(Fp32DotLoop.class);
  private static final DotLoop[] FP64_DOTS = dots(Fp64DotLoop.class);

  private TileLoops() {}

  /**
   * The loop of a tile.
   *
   * @param rows from 1 to {@link ProductLoop#ROWS}
   * @param vectors from 1 to {@link ProductLoop#VECTORS}
   * @param dataType FP32 or FP64
   */
  static ProductLoop product(int rows, int vectors, DataType dataType) {
    ProductLoop[] loops = dataType == DataType.FP64 ? FP64_PRODUCTS : FP32_PRODUCTS;
    return loops[(rows - 1) * ProductLoop.VECTORS + vectors - 1];
  }

  /**
   * The loop of a tile of dot products.
   *
   * @param rows from 1 to {@link DotLoop#ROWS}
   * @param labels from 1 to {@link DotLoop#LABELS}
   * @param dataType FP32 or FP64
   */
  static DotLoop dot(int rows, int labels, DataType dataType) {
    DotLoop[] loops = dataType == DataType.FP64 ? FP64_DOTS : FP32_DOTS;
    return loops[(rows - 1) * DotLoop.LABELS + labels - 1];
  }

  private static ProductLoop[] products(Class<? extends ProductLoop> template) {
    ProductLoop[] loops = new ProductLoop[ProductLoop.ROWS * ProductLoop.VECTORS];
    for (int i = 0; i < loops.length; i++) {
      TileShape shape = new TileShape(i / ProductLoop.VECTORS + 1, i % ProductLoop.VECTORS + 1);
      loops[i] = Loops.make(ProductLoop.class, template, null, shape);
    }
    return loops;
  }

  private static DotLoop[] dots(Class<? extends DotLoop> template) {
    DotLoop[] loops = new DotLoop[DotLoop.ROWS * DotLoop.LABELS];
    for (int i = 0; i < loops.length; i++) {
      TileShape shape = new TileShape(i / DotLoop.LABELS + 1, i % DotLoop.LABELS + 1);
      loops[i] = Loops.make(DotLoop.class, template, null, shape);
    }
    return loops;
  }
}
