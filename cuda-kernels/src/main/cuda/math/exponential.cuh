// e^x, and the quotient that follows it.
//
// FP32: the device's ex2.approx is off by up to 2 ulp and its argument x log2(e) by more, too much for a
// sigmoid within 3 ulp. A polynomial of fused multiply-adds costs a few instructions more, is off by 0.9 ulp,
// and leaves e^x in two factors: p = 2^-34 e^r, and a power of two. Multiplied last, the power of two is the
// one rounding that a subnormal result sees. FP64: CUDA's exp, within 1 ulp.
#pragma once

#include "../instructions.cuh"

namespace verhulst::math {

// e^x = p * power: what is multiplied by p first keeps its bits where e^x alone would be subnormal
template <class Real>
struct Exponential {
  Real p;
  Real power;
};

// x = n ln 2 + r with r in [-ln 2 / 2, ln 2 / 2]; the lowest bits of shifted hold n + bias
struct Reduced {
  float shifted;
  float r;
};

template <int bias>
DEVICE Reduced reduce(float x) {
  constexpr float shift = 0x1.8p23f + bias;
  float shifted = fused(x, 0x1.715476p+0f, shift);
  float n = shifted - shift;
  float r = fused(n, -0x1.62e430p-1f, x);
  return {shifted, fused(n, 0x1.05c610p-29f, r)};
}

DEVICE float power_of_two(Reduced reduced) { return as_float(as_int(reduced.shifted) << 23); }

// How p is scaled: low enough that power stays a normal number down to e^-110, where x e^x ends too.
constexpr int kScale = 34;
template <class Real>
constexpr Real kLowestExponent = -110;
template <>
constexpr double kLowestExponent<double> = -760;

// 2^-34 e^r
DEVICE float scaled_exp(float r) {
  float p = 0x1.6ac74cp-44f;
  p = fused(p, r, 0x1.123de0p-41f);
  p = fused(p, r, 0x1.555858p-39f);
  p = fused(p, r, 0x1.55548cp-37f);
  p = fused(p, r, 0x1.fffffcp-36f);
  p = fused(p, r, 0x1p-34f);
  return fused(p, r, 0x1p-34f);
}

// e^(x + low) for x from -110 (FP64: -760) to 60, where low is what x lacks of the number that is meant
DEVICE Exponential<float> exponential(float x, float low) {
  Reduced reduced = reduce<127 + kScale>(x);
  return {scaled_exp(reduced.r + low), power_of_two(reduced)};
}
DEVICE Exponential<double> exponential(double x) {
  bool tail = x < -690;
  return {::exp(tail ? x + 64 : x), tail ? 0x1.969d47321e4ccp-93 : 1};  // e^-64
}
DEVICE Exponential<double> exponential(double x, double low) {
  Exponential<double> e = exponential(x);
  return {fused(e.p, low, e.p), e.power};
}

// e^x for x <= 0
DEVICE float exp(float x) {
  Reduced reduced = reduce<127 + kScale>(at_least(kLowestExponent<float>, x));
  return scaled_exp(reduced.r) * power_of_two(reduced);
}
DEVICE double exp(double x) { return ::exp(x); }

// e^x - 1 for x <= 0
DEVICE float expm1(float x) {
  Reduced reduced = reduce<127>(at_least(-30.0f, x));
  float r = reduced.r;
  float p = 0x1.6bebe8p-10f;
  p = fused(p, r, 0x1.1227f8p-7f);
  p = fused(p, r, 0x1.555674p-5f);
  p = fused(p, r, 0x1.5554b0p-3f);
  p = fused(p, r, 0x1.fffffep-2f);
  p = fused(p, r * r, r);
  float power = power_of_two(reduced);
  return fused(power, p, power - 1);
}
DEVICE double expm1(double x) { return ::expm1(x); }

// numerator / denominator, corrected by its own remainder; 2^-126 <= denominator <= 2^126
DEVICE float quotient(float numerator, float denominator) {
  float r = approximate_reciprocal(denominator);
  float q = numerator * r;
  return fused(fused(-q, denominator, numerator), r, q);
}
DEVICE double quotient(double numerator, double denominator) { return numerator / denominator; }

}  // namespace verhulst::math
