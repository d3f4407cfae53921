package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.NE;

import dev.verhulst.kernels.lanes.DoubleSigmoid;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * x σ(beta x) over SIMD lanes for a beta so small that x can be large where σ is no longer near 1
 * or 0: in FP32 that overflows, or falls below its range, on the way to a result that does not. So
 * FP32 is computed in FP64.
 *
 * @param beta the steepness
 */
public record FlatSiluLanes(double beta) implements Lanes {

  /** Above it, x σ(beta x) is 0 in FP32 where beta x is below -128. */
  static final double LARGEST_BETA = 0x1p-28;

  @Override
  public FloatVector value(FloatVector x) {
    return narrow(DoubleSigmoid.silu(half(x, 0), beta), DoubleSigmoid.silu(half(x, 1), beta), x);
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    return narrow(
        DoubleSigmoid.siluDerivative(half(x, 0), beta),
        DoubleSigmoid.siluDerivative(half(x, 1), beta),
        x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleSigmoid.silu(x, beta);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleSigmoid.siluDerivative(x, beta);
  }

  private static DoubleVector half(FloatVector x, int part) {
    VectorSpecies<Double> species = x.species().withLanes(double.class).check(double.class);
    return (DoubleVector) x.convertShape(F2D, species, part);
  }

  private static FloatVector narrow(DoubleVector low, DoubleVector high, FloatVector x) {
    IntVector lower = low.convertShape(D2F, x.species(), 0).reinterpretAsInts();
    IntVector upper = high.convertShape(D2F, x.species(), -1).reinterpretAsInts();
    FloatVector y = lower.or(upper).reinterpretAsFloats();
    return y.blend(x, x.compare(NE, x));
  }
}
