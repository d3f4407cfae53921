// Functions made of straight lines and a parabola.
#pragma once

#include "../instructions.cuh"

namespace verhulst::math {

// The derivative of a function with a kink at 0; NaN where x is.
template <class Real>
DEVICE Real slope(Real x, Real left, Real right) {
  return x > 0 ? right : x <= 0 ? left : x;
}

// max(0, min(1, alpha x + beta))
template <class Real>
DEVICE Real hard_sigmoid(Real x, Real alpha, Real beta) {
  return at_most(Real(1), at_least(Real(0), fused(alpha, x, beta)));
}

// alpha inside, 0 outside. A fused multiply-add has the exact sign of alpha x + beta, and of what is left of
// 1.
template <class Real>
DEVICE Real hard_sigmoid_derivative(Real x, Real alpha, Real beta) {
  bool inside = fused(alpha, x, beta) > 0 && fused(alpha, x, beta - 1) < 0;
  return inside ? alpha : x == x ? 0 : x;
}

// x max(0, min(1, x/6 + 1/2))
template <class Real>
DEVICE Real hard_swish(Real x) {
  return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) * Real(1 / 6.0);
}
template <class Real>
DEVICE Real hard_swish_derivative(Real x) {
  return x <= -3 ? 0 : x >= 3 ? 1 : fused(x, Real(1 / 3.0), Real(0.5));
}

}  // namespace verhulst::math
