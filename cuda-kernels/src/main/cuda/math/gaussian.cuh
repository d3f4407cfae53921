// erf, and x Φ(x) with the normal distribution function Φ, exact and approximated by tanh.
#pragma once

#include "sigmoid.cuh"

namespace verhulst::math {

// CUDA's are within 2 ulp.
DEVICE float erf(float x) { return ::erff(x); }
DEVICE double erf(double x) { return ::erf(x); }

// x², as a number and what it lacks
template <class Real>
struct Square {
  Real high;
  Real low;
};
template <class Real>
DEVICE Square<Real> square(Real x) {
  Real high = x * x;
  return {high, fused(x, x, -high)};
}

// 2/sqrt(pi) e^-x²
template <class Real>
DEVICE Real erf_derivative(Real x) {
  Square<Real> s = square(at_most(Real(28), magnitude(x)));
  Exponential<Real> e = exponential(at_least(kLowestExponent<Real>, -s.high), -s.low);
  return Real(0x1.20dd750429b6dp+0) * e.p * e.power;
}

// The normal distribution's lower tail Φ(-a) = density * ratio, where density is e^(-a²/2).
template <class Real>
struct NormalTail {
  Exponential<Real> density;
  Real ratio;
};

// For a in [0, 39], beyond which x Φ(x) is 0; ratio = v/8 + v Q(v) in v = 4 / (a + 4), with terms that do not
// cancel. What the approximate v is off by, times the slope of log ratio over log v, goes into the exponent,
// so that it costs no bits.
DEVICE NormalTail<float> normal_tail(float a) {
  float v = approximate_reciprocal(fused(a, 0.25f, 1.0f));
  float error = fused(v * -0.25f, a, 1 - v);
  float q = 0x1.16af3cp-6f;
  q = fused(q, v, -0x1.0b035ep-4f);
  q = fused(q, v, 0x1.d6a652p-5f);
  q = fused(q, v, 0x1.4f1632p-6f);
  q = fused(q, v, 0x1.40edc2p-6f);
  q = fused(q, v, 0x1.533c76p-4f);
  q = fused(q, v, 0x1.2c9348p-4f);
  q = fused(q, v, 0x1.85f5f0p-4f);
  q = fused(q, v, 0x1.97aeb8p-4f);
  q = fused(q, v, -0x1.9dc3eep-6f);
  Square<float> s = square(a);
  float low = fused(s.low, -0.5f, error * fused(v, 2.4f, 0.75f));
  return {exponential(at_least(kLowestExponent<float>, -0.5f * s.high), low), fused(v, q, 0.125f * v)};
}
DEVICE NormalTail<double> normal_tail(double a) {
  Square<double> s = square(a);
  return {exponential(-0.5 * s.high, -0.5 * s.low), 0.5 * ::erfcx(a * 0x1.6a09e667f3bcdp-1)};
}

// x Φ(x) = max(x, 0) - |x| Φ(-|x|)
template <class Real>
DEVICE Real gelu(Real x) {
  Real a = at_most(Real(39), magnitude(x));
  NormalTail<Real> tail = normal_tail(a);
  return fused(-a * tail.density.power, tail.density.p * tail.ratio, at_least(Real(0), x));
}

// Φ(x) + x e^(-x²/2) / sqrt(2 pi)
template <class Real>
DEVICE Real gelu_derivative(Real x) {
  Real a = at_most(Real(39), magnitude(x));
  NormalTail<Real> tail = normal_tail(a);
  Real below = tail.density.p * fused(-a, Real(0x1.9884533d43651p-2), tail.ratio) * tail.density.power;
  return x > 0 ? 1 - below : below;
}

// 2 sqrt(2/pi) and 0.044715 of it, as numbers and what they lack
template <class Real>
struct GeluTanh {
  static constexpr double a = 0x1.9884533d43651p+0, a_low = -0x1.cbc0d30ebfd15p-54;
  static constexpr double b = 0x1.2444f2a4d8b4bp-4, b_low = -0x1.6c843a29d1c70p-61;
  static constexpr Real kA = Real(a), kALow = Real((a - double(kA)) + a_low);
  static constexpr Real kB = Real(b), kBLow = Real((b - double(kB)) + b_low);
};

// x σ(z), z = 2 sqrt(2/pi) (x + 0.044715 x³) computed with twice the bits, since e^z multiplies its error by
// z
template <class Real>
DEVICE Real gelu_tanh(Real x) {
  using Constants = GeluTanh<Real>;
  Real limit = sizeof(Real) == 4 ? 12 : 24;
  Real lower = at_least(-limit, x);
  Real a = at_most(limit, lower);
  Square<Real> s = square(a);
  Real cubic = Constants::kB * s.high;
  Real cubic_low = fused(Constants::kB, s.high, -cubic);
  cubic_low = fused(Constants::kBLow, s.high, fused(Constants::kB, s.low, cubic_low));
  Real w = cubic + Constants::kA;
  Real back = w - cubic;
  Real w_low = (cubic - (w - back)) + (Constants::kA - back) + (cubic_low + Constants::kALow);
  Real z = a * w;
  return times_sigmoid(lower, z, fused(a, w_low, fused(a, w, -z)));
}

template <class Real>
DEVICE Real gelu_tanh_derivative(Real x) {
  using Constants = GeluTanh<Real>;
  Real limit = sizeof(Real) == 4 ? 12 : 24;
  Real a = at_most(limit, at_least(-limit, x));
  Real s = a * a;
  SigmoidPair<Real> pair = sigmoid_pair(a * fused(Constants::kB, s, Constants::kA));
  return fused(a * fused(3 * Constants::kB, s, Constants::kA), pair.slope, pair.sigma);
}

}  // namespace verhulst::math
