// x / sqrt(1 + x²).
#pragma once

#include "../instructions.cuh"

namespace verhulst::math {

// 1 / sqrt(1 + x²), the device's approximation corrected by one Newton step; 0 where x² overflows
DEVICE float inverse_hypotenuse(float x) {
  float s = fused(x, x, 1.0f);
  float r = approximate_reciprocal_root(s);
  return fused(0.5f * r, fused(-s * r, r, 1.0f), r);
}
DEVICE double inverse_hypotenuse(double x) { return 1 / ::sqrt(fused(x, x, 1.0)); }

// Beyond 2^40 the value is 1, and x² would overflow further out. Rounding must not carry it past 1.
DEVICE float algebraic(float x) {
  float a = at_most(0x1p40f, magnitude(x));
  return with_sign(at_most(1.0f, a * inverse_hypotenuse(a)), x);
}
DEVICE double algebraic(double x) {
  double a = at_most(0x1p40, magnitude(x));
  return with_sign(a / ::sqrt(fused(a, a, 1.0)), x);
}

// (1 + x²)^(-3/2)
template <class Real>
DEVICE Real algebraic_derivative(Real x) {
  Real r = inverse_hypotenuse(at_most(Real(0x1p60), magnitude(x)));
  return r * r * r;
}

}  // namespace verhulst::math
