package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;

/** How the product X Wᵀ of a head's rows and weights is computed. */
sealed interface HeadProduct permits CublasProduct, PlainProduct {

  /** Gets ready for a data type, FP32 or FP64, with the context current. */
  void prepare(DataType dataType);

  /**
   * Gives the product to a stream, with the context current.
   *
   * @param x the rows, [rows, features]
   * @param out where it goes, [rows, labels]
   */
  void compute(
      StagedStream stream, HeadWeights weights, DeviceAddress x, DeviceAddress out, int rows);
}
