// x / sqrt(1 + x²).
#pragma once

#include "../instructions.cuh"

namespace verhulst::math {

// 1 / sqrt(1 + x²), the device's approximation corrected by one Newton step; 0 where x² overflows
DEVICE float inverse_hypotenuse(float x) {
  float s = fused(x, x, 1.0f);
  float r = reciprocal_root(s);
  return fused(0.5f * r, fused(-s * r, r, 1.0f), r);
}
DEVICE double inverse_hypotenuse(double x) { return reciprocal_root(fused(x, x, 1.0)); }

// Beyond 2^40 the value is 1, and x² would overflow further out.
template <class Real>
DEVICE Real algebraic(Real x) {
  Real a = at_most(Real(0x1p40), magnitude(x));
  return with_sign(a * inverse_hypotenuse(a), x);
}

// (1 + x²)^(-3/2)
template <class Real>
DEVICE Real algebraic_derivative(Real x) {
  Real r = inverse_hypotenuse(at_most(Real(0x1p60), magnitude(x)));
  return r * r * r;
}

}  // namespace verhulst::math
