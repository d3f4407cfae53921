package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Fp16Lanes;
import dev.verhulst.kernels.activation.Lanes;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import org.jspecify.annotations.Nullable;

/** The classes of loops that have been made: one for each class of {@link Lanes} and data type. */
final class Loops {

  static final ClassValue<ElementwiseLoop> FP16 = madeFrom(Fp16ElementwiseLoop.class);
  private static final ClassValue<ElementwiseLoop> FP16_PAIRS = madeFrom(Fp16PairsLoop.class);
  private static final ClassValue<ElementwiseLoop> BF16 = madeFrom(Bf16ElementwiseLoop.class);
  private static final ClassValue<ElementwiseLoop> FP32 = madeFrom(Fp32Loop.class);
  private static final ClassValue<ElementwiseLoop> FP64 = madeFrom(Fp64Loop.class);

  static {
    LoadedClasses.load();
  }

  private Loops() {}

  /** The loop of an activation. */
  static ElementwiseLoop of(Lanes lanes, DataType dataType) {
    ClassValue<ElementwiseLoop> loops =
        switch (dataType) {
          case FP16 -> lanes instanceof Fp16Lanes ? FP16_PAIRS : FP16;
          case BF16 -> BF16;
          case FP32 -> FP32;
          case FP64 -> FP64;
        };
    return loops.get(lanes.getClass());
  }

  private static ClassValue<ElementwiseLoop> madeFrom(Class<? extends ElementwiseLoop> template) {
    return new ClassValue<>() {
      @Override
      protected ElementwiseLoop computeValue(Class<?> lanes) {
        return make(template, lanes.asSubclass(Lanes.class));
      }
    };
  }

  private static ElementwiseLoop make(
      Class<? extends ElementwiseLoop> template, Class<? extends Lanes> lanes) {
    return make(ElementwiseLoop.class, template, lanes, lanes);
  }

  /**
   * Makes a loop of its own from a template.
   *
   * @param type what the template extends
   * @param operator what to weave into it, if it calls {@link Lanes}
   * @param variant its class data
   */
  static <T> T make(
      Class<T> type,
      Class<? extends T> template,
      @Nullable Class<? extends Lanes> operator,
      Object variant) {
    try {
      byte[] bytes = LoopWeaver.weave(template, operator);
      return type.cast(
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(bytes, variant, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is a bug: no loop from " + template.getName(), e);
    }
  }

  /** The class data of a loop's class, for its constants. */
  static <T> T variant(MethodHandles.Lookup loop, Class<T> type) {
    try {
      return MethodHandles.classData(loop, ConstantDescs.DEFAULT_NAME, type);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("this is a bug: no class data in " + loop, e);
    }
  }
}
