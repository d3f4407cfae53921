// log1p(e^x) and log(p / (1 - p)).
#pragma once

#include "exponential.cuh"

namespace verhulst::math {

// log(1 + e) for e in [0, 1], 1.4 ulp: e + e² Q(e)
DEVICE float log1p_of_unit(float e) {
  float q = 0x1.5fa142p-8f;
  q = fused(q, e, -0x1.eca3dap-6f);
  q = fused(q, e, 0x1.447088p-4f);
  q = fused(q, e, -0x1.19af90p-3f);
  q = fused(q, e, 0x1.884554p-3f);
  q = fused(q, e, -0x1.fd1368p-3f);
  q = fused(q, e, 0x1.5535dep-2f);
  q = fused(q, e, -0x1.ffff14p-2f);
  return fused(q, e * e, e);
}
DEVICE double log1p_of_unit(double e) { return ::log1p(e); }

// log1p(e^x) = max(x, 0) + log1p(e^-|x|)
template <class Real>
DEVICE Real softplus(Real x) {
  return at_least(Real(0), x) + log1p_of_unit(exp(-magnitude(x)));
}

// log((1 - w) / w) for w in (0, 1/2]: the logarithm of j powers of two and of a ratio near 1, 2 atanh((a - b)
// / (a + b)), with a - b and a + b rounded once each, so that nothing cancels near w = 1/2
DEVICE float log_odds_against(float w) {
  bool tiny = w < 0x1p-60f;  // 1 - w is 1, and 1 / w might overflow
  float v = tiny ? w * 0x1p64f : w;
  float odds = tiny ? v : v * approximate_reciprocal(1 - v);
  int exponent = (as_int(odds) - 0x3f3504f3) & 0xff800000;  // odds / 2^j in [sqrt(1/2), sqrt(2)]
  float scale = as_float(0x3f800000 - exponent);
  float one = tiny ? 0.0f : 1.0f;
  float u = quotient(fused(v, scale + one, -1.0f), fused(v, scale - one, 1.0f));
  float z = u * u;
  float p = fused(fused(0x1.31e412p-2f, z, 0x1.995eb0p-2f), z, 0x1.55557ap-1f);
  p = fused(p, z * u, 2 * u);
  float j = fused(static_cast<float>(exponent), 0x1p-23f, tiny ? -64.0f : 0.0f);
  return -fused(j, 0x1.62e430p-1f, fused(j, -0x1.05c610p-29f, p));
}
DEVICE double log_odds_against(double w) {
  return w < 0x1p-60 ? -::log(w) : ::log1p((1 - 2 * w) / w);
}

// The smaller of p and 1 - p, which is exact in floating point, and at least eps; a negative eps is none.
template <class Real>
DEVICE Real smaller_side(Real p, Real eps) {
  Real w = p > Real(0.5) ? 1 - p : p;
  return eps >= 0 && w < eps ? eps : w;
}

// log(p / (1 - p)); infinite at 0 and 1, NaN outside
template <class Real>
DEVICE Real logit(Real p, Real eps) {
  Real w = smaller_side(p, eps);
  Real y = log_odds_against(w);
  y = w > 0 ? y : w == 0 ? Real(INFINITY) : Real(NAN);
  return p > Real(0.5) ? y : -y;
}

// 1 / (p (1 - p)), also at -0; 0 where p was clamped, NaN outside
template <class Real>
DEVICE Real logit_derivative(Real p, Real eps) {
  Real w = smaller_side(p, Real(-1));
  Real y = w < 0 ? Real(NAN) : reciprocal(magnitude(w * (1 - w)));
  return eps >= 0 && w < eps ? 0 : y;
}

}  // namespace verhulst::math
