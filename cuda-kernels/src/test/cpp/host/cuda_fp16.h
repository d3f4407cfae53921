// IEEE 754 binary16 as CUDA has it: conversions to and from float, to nearest even.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

struct __half {
  std::uint16_t bits;
};
struct __half2 {
  __half x, y;
};

inline float __half2float(__half x) {
  int exponent = x.bits >> 10 & 31;
  int fraction = x.bits & 1023;
  float magnitude = exponent == 0    ? std::ldexp(static_cast<float>(fraction), -24)
                    : exponent == 31 ? (fraction == 0 ? INFINITY : NAN)
                                     : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return x.bits & 0x8000 ? -magnitude : magnitude;
}

inline __half __float2half_rn(float x) {
  std::uint16_t sign = std::bit_cast<std::uint32_t>(x) >> 16 & 0x8000;
  float magnitude = std::fabs(x);
  if (std::isnan(x)) return {0x7fff};
  if (magnitude >= 65520) return {static_cast<std::uint16_t>(sign | 0x7c00)};
  // In units of the last place of a half of this size; the rounding mode of the host is to nearest even.
  int exponent = magnitude < 0x1p-14f ? -14 : std::ilogb(magnitude);
  int units = static_cast<int>(std::nearbyint(std::ldexp(magnitude, 10 - exponent)));
  // 1024 units are one exponent step: a carry out of the fraction lands in the exponent.
  return {static_cast<std::uint16_t>(sign | (((exponent + 14) << 10) + units))};
}

inline __half2 __floats2half2_rn(float x, float y) { return {__float2half_rn(x), __float2half_rn(y)}; }
