package dev.verhulst.kernels.cuda;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;

/** The names of kernels in the PTX, for the rig: a door into this package. */
public final class KernelEntries {

  private KernelEntries() {}

  /** The kernel of an activation's value. */
  public static String forward(Activation activation, DataType dataType) {
    return KernelSignature.of(activation).entry(Pass.FORWARD, dataType);
  }

  /** The kernel of an activation's derivative. */
  public static String derivative(Activation activation, DataType dataType) {
    return KernelSignature.of(activation).entry(Pass.DERIVATIVE, dataType);
  }

  /** The kernel of an activation's gradient. */
  public static String backward(Activation activation, DataType dataType) {
    return KernelSignature.of(activation).entry(Pass.BACKWARD, dataType);
  }

  /** The kernel of an activation's value, derivative and gradient over page-locked host memory. */
  public static String mapped(Activation activation, DataType dataType) {
    return KernelSignature.of(activation).mappedEntry(dataType);
  }

  /** The plain kernel of a head's products. */
  public static String headProduct(DataType dataType) {
    return "head_product_" + KernelSignature.typePart(dataType);
  }

  /** The kernel of what comes after a head's products. */
  public static String headEpilogue(DataType dataType) {
    return "head_epilogue_" + KernelSignature.typePart(dataType);
  }

  /** The kernel of the loss and its gradient. */
  public static String loss(DataType dataType) {
    return BinaryCrossEntropyWithLogits.NAME + "_" + KernelSignature.typePart(dataType);
  }

  /** The kernel that adds up a loss. */
  public static String lossReduction(DataType dataType) {
    return BinaryCrossEntropyWithLogits.NAME + "_reduce_" + KernelSignature.typePart(dataType);
  }
}
