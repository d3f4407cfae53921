// σ(x) = 1 / (1 + e^-x), its derivative, and x σ(βx).
#pragma once

#include "exponential.cuh"

namespace verhulst::math {

// FP32: with e^-x = 2^n e^-r, σ(x) = e^r / (e^r + 2^n), which neither overflows nor cancels: 2.2 ulp.
DEVICE float sigmoid(float x) {
  float inside = at_most(60.0f, at_least(kLowestExponent<float>, x));
  Reduced negated = reduce<127 - kScale>(-inside);
  float p = scaled_exp(-negated.r);
  return quotient(p, p + power_of_two(negated));
}
DEVICE double sigmoid(double x) {
  double e = exp(-magnitude(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

// factor σ(z + low), |low| far below |z|. The quotient's remainder is multiplied by factor too: the product
// keeps the bits that σ loses where it is subnormal. From 18 on σ is 1 but for less than half an ulp.
DEVICE float times_sigmoid(float factor, float z, float low) {
  float inside = at_most(60.0f, at_least(kLowestExponent<float>, z));
  Reduced negated = reduce<127 - kScale>(-inside);
  float p = scaled_exp((inside == z ? low : 0) - negated.r);
  float denominator = p + power_of_two(negated);
  float r = approximate_reciprocal(denominator);
  float q = p * r;
  float y = fused(factor * fused(-q, denominator, p), r, factor * q);
  return z > 18 ? factor : z < kLowestExponent<float> ? 0 : y;
}
DEVICE double times_sigmoid(double factor, double z, double low) {
  double inside = at_most(60.0, at_least(kLowestExponent<double>, z));
  Exponential<double> e = exponential(-magnitude(inside));
  bool below = z < 0;
  double numerator = below ? factor * e.p : factor;
  double rest = below && inside == z ? fused(numerator, low, fused(factor, e.p, -numerator)) : 0;
  double denominator = fused(e.p, e.power, 1.0);
  double r = 1 / denominator;
  double q = numerator * r;
  double y = fused(fused(-q, denominator, numerator) + rest, r, q) * e.power;
  return z > 40 ? factor : z < kLowestExponent<double> ? 0 : y;
}

// x σ(βx)
template <class Real>
DEVICE Real silu(Real x, Real beta) {
  Real z = beta * x;
  return beta == 0 ? Real(0.5) * x : times_sigmoid(x, z, fused(beta, x, -z));
}

// σ and its derivative at x, from which other derivatives are made
template <class Real>
struct SigmoidPair {
  Real sigma;
  Real slope;  // σ'(x) = e^-|x| / (1 + e^-|x|)²
};

template <class Real>
DEVICE SigmoidPair<Real> sigmoid_pair(Real x) {
  Real e = exp(-magnitude(x));
  Real r = approximate_reciprocal(1 + e);
  return {(x >= 0 ? 1 : e) * r, e * r * r};
}

// σ'(x) = e^-|x| / (1 + e^-|x|)²
template <class Real>
DEVICE Real sigmoid_derivative(Real x) {
  return sigmoid_pair(x).slope;
}

// d/dx x σ(βx) = σ(βx) + βx σ'(βx)
template <class Real>
DEVICE Real silu_derivative(Real x, Real beta) {
  Real z = beta * x;
  SigmoidPair<Real> s = sigmoid_pair(z);
  return s.slope == 0 ? s.sigma : fused(z, s.slope, s.sigma);
}

}  // namespace verhulst::math
