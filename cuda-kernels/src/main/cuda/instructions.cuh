// The device's instructions that C++ has no operator for, for FP32 and FP64 alike.
//
// The kernels are compiled with -fmad=false: a fused multiply-add stands where it is written, and nowhere
// else.
#pragma once

#define DEVICE __device__ __forceinline__

namespace verhulst {

DEVICE float as_float(int bits) { return __int_as_float(bits); }
DEVICE int as_int(float x) { return __float_as_int(x); }

// a * b + c, rounded once
DEVICE float fused(float a, float b, float c) { return __fmaf_rn(a, b, c); }
DEVICE double fused(double a, double b, double c) { return __fma_rn(a, b, c); }

DEVICE float magnitude(float x) { return fabsf(x); }
DEVICE double magnitude(double x) { return fabs(x); }
DEVICE float with_sign(float magnitude, float sign) { return copysignf(magnitude, sign); }
DEVICE double with_sign(double magnitude, double sign) { return copysign(magnitude, sign); }

// x, at least lowest; NaN stays NaN (fmaxf would drop it)
DEVICE float at_least(float lowest, float x) {
#if __CUDA_ARCH__ >= 800
  float y;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(x), "f"(lowest));
  return y;
#else
  return x < lowest ? lowest : x;
#endif
}
DEVICE double at_least(double lowest, double x) { return x < lowest ? lowest : x; }

// x, at most highest; NaN stays NaN
DEVICE float at_most(float highest, float x) {
#if __CUDA_ARCH__ >= 800
  float y;
  asm("min.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(x), "f"(highest));
  return y;
#else
  return x > highest ? highest : x;
#endif
}
DEVICE double at_most(double highest, double x) { return x > highest ? highest : x; }

// 1 / x within 1 ulp, for 2^-126 <= |x| <= 2^126; 0 beyond
DEVICE float approximate_reciprocal(float x) {
  float y;
  asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
DEVICE double approximate_reciprocal(double x) { return 1.0 / x; }

// 1 / x within 1 ulp, for every x
DEVICE float reciprocal(float x) {
  float y;
  asm("rcp.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}
DEVICE double reciprocal(double x) { return 1.0 / x; }

// 1 / sqrt(x) within 2^-22.9 of itself, for 1 <= x; 0 at infinity
DEVICE float approximate_reciprocal_root(float x) {
  float y;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

}  // namespace verhulst
