// CUDA's C++ for g++. Included before everything else (g++ -include) when a .cu file is compiled for the host.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "block.h"

#define __global__
#define __device__ inline
#define __forceinline__
#define __launch_bounds__(...)
// A block is run by one host thread, which runs one block at a time.
#define __shared__ static thread_local

struct float4 {
  float x, y, z, w;
};
struct uint4 {
  unsigned x, y, z, w;
};
struct ulonglong2 {
  unsigned long long x, y;
};

#define threadIdx (host::Block::current().thread_index())
#define blockIdx (host::Block::current().block_index())
#define blockDim (host::Block::current().block_dimension())
#define gridDim (host::Block::current().grid_dimension())

inline void __syncthreads() { host::Block::current().wait(host::State::at_barrier); }

template <class T>
T __shfl_xor_sync(unsigned, T value, int lane_mask) {
  static_assert(sizeof(T) <= sizeof(std::uint64_t));
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  bits = host::Block::current().exchange(bits, static_cast<unsigned>(lane_mask));
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

inline float __int_as_float(int bits) { return std::bit_cast<float>(bits); }
inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline float __uint_as_float(unsigned bits) { return std::bit_cast<float>(bits); }
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline double __longlong_as_double(long long bits) { return std::bit_cast<double>(bits); }
inline long long __double_as_longlong(double x) { return std::bit_cast<long long>(x); }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }
inline double rsqrt(double x) { return 1 / std::sqrt(x); }
inline float rsqrtf(float x) { return 1 / std::sqrt(x); }

// e^(x²) erfc(x) for x >= 0; beyond 26, where erfc is subnormal, by its asymptotic series.
inline double erfcx(double x) {
  double square = x * x;
  double rest = std::fma(x, x, -square);
  if (x < 26) return std::exp(square) * (1 + rest) * std::erfc(x);
  double series = 1;
  for (double factor = 5.5; factor > 0; factor--) series = 1 - factor / square * series;
  return 0x1.20dd750429b6dp-1 / x * series;
}

// The instructions that the sources write in PTX: FakeDriver turns asm("rcp.approx.f32 %0, %1;" : "=f"(y) : "f"(x)) into
// y = ptx_rcp_approx_f32(x).
namespace host {
inline float flush(float x) { return std::fabs(x) < 0x1p-126f ? std::copysign(0.0f, x) : x; }
}  // namespace host
inline float ptx_rcp_approx_f32(float x) { return 1 / x; }
inline float ptx_rcp_approx_ftz_f32(float x) { return host::flush(1 / host::flush(x)); }
inline float ptx_rsqrt_approx_ftz_f32(float x) { return 1 / std::sqrt(host::flush(x)); }
inline float ptx_max_NaN_f32(float x, float y) { return std::isnan(x) || std::isnan(y) ? NAN : std::max(x, y); }
inline float ptx_min_NaN_f32(float x, float y) { return std::isnan(x) || std::isnan(y) ? NAN : std::min(x, y); }
