package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import jcuda.driver.CUfunction;

/** The product by a kernel of our own, for machines without cuBLAS. */
record PlainProduct(KernelModules modules, Launches launches) implements HeadProduct {

  @Override
  public void prepare(DataType dataType) {
    function(dataType);
  }

  @Override
  public void compute(
      StagedStream stream, HeadWeights weights, DeviceAddress x, DeviceAddress out, int rows) {
    stream
        .parameters()
        .pointer(x)
        .pointer(weights.weights())
        .pointer(out)
        .integer(rows)
        .integer(weights.labels())
        .integer(weights.features());
    stream.launch(function(weights.dataType()), launches.tiles(rows, weights.labels()));
  }

  private CUfunction function(DataType dataType) {
    return modules.function("head_product", "head_product_" + KernelSignature.typePart(dataType));
  }
}
