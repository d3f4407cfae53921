package dev.verhulst.kernels.activation;

import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LE;

import dev.verhulst.kernels.lanes.DoubleGeluTanh;
import dev.verhulst.kernels.lanes.FloatExp;
import dev.verhulst.kernels.lanes.FloatSigmoidTail;
import dev.verhulst.kernels.lanes.FloatSign;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/** {@code x σ(2 √(2/π) (x + 0.044715 x³))} over SIMD lanes. */
public record GeluTanhLanes() implements Lanes {

  private static final double SCALE = 2 * 0.79788456080286535588;
  private static final double CUBIC = SCALE * 0.044715;
  private static final float SCALE_LOW = (float) (SCALE - (float) SCALE);
  private static final float CUBIC_LOW = (float) (CUBIC - (float) CUBIC);

  @Override
  public FloatVector value(FloatVector x) {
    FloatVector b = FloatExp.minusMagnitude(x, -11.5f);
    FloatVector z = b.mul(b);
    FloatVector zLow = b.fma(b, z.neg());
    FloatVector c = z.mul((float) CUBIC);
    FloatVector w = c.add((float) SCALE);
    FloatVector back = w.sub(c);
    FloatVector wLow =
        c.sub(w.sub(back))
            .add(back.neg().add((float) SCALE))
            .add(z.lanewise(FMA, (float) CUBIC, c.neg()));
    wLow = wLow.add(z.lanewise(FMA, CUBIC_LOW, SCALE_LOW)).add(zLow.mul((float) CUBIC));
    FloatVector m = b.mul(w);
    FloatVector low = b.fma(w, m.neg()).add(b.mul(wLow));
    FloatVector shifted = FloatSigmoidTail.shifted(m);
    FloatVector r = FloatExp.rest(m, low, FloatExp.integer(shifted, 64));
    FloatVector h = FloatSigmoidTail.value(b, shifted, r);
    return h.lanewise(FMA, 0x1p-64f, x.blend(0, x.compare(LE, 0)));
  }

  @Override
  public FloatVector derivative(FloatVector x) {
    FloatVector b = FloatExp.minusMagnitude(x, -11.5f);
    FloatVector z = b.mul(b);
    FloatVector m = z.lanewise(FMA, (float) CUBIC, (float) SCALE).mul(b);
    FloatVector slope = z.lanewise(FMA, (float) (3 * CUBIC), (float) SCALE).mul(b);
    FloatVector shifted = FloatExp.shifted(m, 64);
    FloatVector scaled =
        FloatExp.polynomial(FloatExp.rest(m, FloatExp.integer(shifted, 64)))
            .mul(FloatExp.power(shifted));
    FloatVector d = scaled.lanewise(FMA, 0x1p-64f, 1f);
    FloatVector h = scaled.mul(d.add(slope)).div(d.mul(d)).mul(0x1p-64f);
    return FloatSign.mirror(h, x);
  }

  @Override
  public DoubleVector value(DoubleVector x) {
    return DoubleGeluTanh.value(x);
  }

  @Override
  public DoubleVector derivative(DoubleVector x) {
    return DoubleGeluTanh.derivative(x);
  }
}
