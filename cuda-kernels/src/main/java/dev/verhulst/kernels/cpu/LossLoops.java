package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The loops of the binary cross-entropy that have been made: one for each variant and type. */
final class LossLoops {

  private static final AtomicReferenceArray<LossLoop> FP16 =
      new AtomicReferenceArray<>(LossVariant.COUNT);
  private static final AtomicReferenceArray<LossLoop> BF16 =
      new AtomicReferenceArray<>(LossVariant.COUNT);
  private static final AtomicReferenceArray<LossLoop> FP32 =
      new AtomicReferenceArray<>(LossVariant.COUNT);
  private static final AtomicReferenceArray<LossLoop> FP64 =
      new AtomicReferenceArray<>(LossVariant.COUNT);

  private LossLoops() {}

  /** The loop of a variant. */
  static LossLoop of(LossVariant variant, DataType dataType) {
    return switch (dataType) {
      case BF16 -> of(variant, BF16, Bf16LossLoop.class);
      case FP16 -> of(variant, FP16, Fp16LossLoop.class);
      case FP32 -> of(variant, FP32, Fp32LossLoop.class);
      case FP64 -> of(variant, FP64, Fp64LossLoop.class);
    };
  }

  private static LossLoop of(
      LossVariant variant,
      AtomicReferenceArray<LossLoop> loops,
      Class<? extends LossLoop> template) {
    LossLoop loop = loops.get(variant.index());
    if (loop == null) {
      LossLoop made = Loops.make(LossLoop.class, template, null, variant);
      LossLoop earlier = loops.compareAndExchange(variant.index(), null, made);
      loop = earlier == null ? made : earlier;
    }
    return loop;
  }
}
