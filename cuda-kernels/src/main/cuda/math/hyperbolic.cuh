// tanh, and the Gudermannian function 2 atan(tanh(x / 2)), which it leads to.
#pragma once

#include "exponential.cuh"

namespace verhulst::math {

// (1 - e^-2a) / (1 + e^-2a) for a >= 0, by e^-2a - 1, which keeps its bits near 0: 2.5 ulp
DEVICE float tanh_of_magnitude(float twice) {
  float m = expm1(-twice);
  return quotient(-m, 2 + m);
}

DEVICE float tanh(float x) { return with_sign(tanh_of_magnitude(2 * magnitude(x)), x); }
DEVICE double tanh(double x) { return ::tanh(x); }

// 1 - tanh² = 4 e^-2|x| / (1 + e^-2|x|)²
template <class Real>
DEVICE Real tanh_derivative(Real x) {
  Real e = exp(-2 * magnitude(x));
  Real r = approximate_reciprocal(1 + e);
  return 4 * e * r * r;
}

// atan(w) for w in [0, 1]
DEVICE float atan_of_unit(float w) {
  float z = w * w;
  float p = 0x1.7ed09ep-9f;
  p = fused(p, z, -0x1.0c2b4cp-6f);
  p = fused(p, z, 0x1.61fd38p-5f);
  p = fused(p, z, -0x1.355672p-4f);
  p = fused(p, z, 0x1.b4e10cp-4f);
  p = fused(p, z, -0x1.230ad8p-3f);
  p = fused(p, z, 0x1.9978f4p-3f);
  p = fused(p, z, -0x1.5554dcp-2f);
  return fused(p, z * w, w);
}

DEVICE float gudermannian(float x) {
  return with_sign(2 * atan_of_unit(tanh_of_magnitude(magnitude(x))), x);
}
// The quotient's remainder goes through atan's derivative, so that only expm1 and atan round.
DEVICE double gudermannian(double x) {
  double m = ::expm1(-magnitude(x));
  double denominator = 2 + m;
  double u = -m / denominator;
  double remainder = fused(-u, denominator, -m) - u * (m - (denominator - 2));
  return with_sign(2 * (::atan(u) + remainder / (denominator * fused(u, u, 1.0))), x);
}

// sech x = 2 e^-|x| / (1 + e^-2|x|)
template <class Real>
DEVICE Real gudermannian_derivative(Real x) {
  Real e = exp(-magnitude(x));
  return 2 * e * approximate_reciprocal(fused(e, e, Real(1)));
}

// CUDA's arctangents are within 2 ulp.
DEVICE float arctan(float x) { return ::atanf(x); }
DEVICE double arctan(double x) { return ::atan(x); }

template <class Real>
DEVICE Real arctan_derivative(Real x) {
  return approximate_reciprocal(fused(x, x, Real(1)));
}

}  // namespace verhulst::math
