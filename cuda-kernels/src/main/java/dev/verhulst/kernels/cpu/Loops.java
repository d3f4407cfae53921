package dev.verhulst.kernels.cpu;

import dev.verhulst.kernels.activation.Lanes;
import java.lang.invoke.MethodHandles;

/** The classes of loops that have been made: one for each class of {@link Lanes} and data type. */
final class Loops {

  private static final ClassValue<ElementwiseLoop> FP32 = madeFrom(Fp32Loop.class);
  private static final ClassValue<ElementwiseLoop> FP64 = madeFrom(Fp64Loop.class);

  private Loops() {}

  static ElementwiseLoop fp32(Lanes lanes) {
    return FP32.get(lanes.getClass());
  }

  static ElementwiseLoop fp64(Lanes lanes) {
    return FP64.get(lanes.getClass());
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
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Class<?> loop =
          lookup.defineHiddenClass(LoopWeaver.weave(template, lanes), true).lookupClass();
      return (ElementwiseLoop) loop.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this is a bug: no loop for " + lanes.getName(), e);
    }
  }
}
