// The element types, the type that each is computed in, and 16-byte vectors of them.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "instructions.cuh"

namespace verhulst {

using u64 = unsigned long long;

// FP16 and BF16 are computed in FP32 and rounded once, to nearest even.
DEVICE float to_real(__half x) { return __half2float(x); }
DEVICE float to_real(__nv_bfloat16 x) { return __bfloat162float(x); }
DEVICE float to_real(float x) { return x; }
DEVICE double to_real(double x) { return x; }

template <class T>
struct RealOf {
  using type = float;
};
template <>
struct RealOf<double> {
  using type = double;
};
template <class T>
using Real = typename RealOf<T>::type;

template <class T>
DEVICE T to_element(Real<T> x);
template <>
DEVICE __half to_element<__half>(float x) {
  return __float2half_rn(x);
}
template <>
DEVICE __nv_bfloat16 to_element<__nv_bfloat16>(float x) {
  return __float2bfloat16_rn(x);
}
template <>
DEVICE float to_element<float>(float x) {
  return x;
}
template <>
DEVICE double to_element<double>(double x) {
  return x;
}

// The start of every kernel: its name is the one that is written, and a block has up to 256 threads. FP64
// kernels may have 64 registers; left to itself the assembler spills some for a higher occupancy.
#define KERNEL(T) extern "C" __global__ void __launch_bounds__(256, sizeof(T) == 8 ? 4 : 0)

// How many elements one 16-byte access moves.
template <class T>
constexpr int kWidth = 16 / sizeof(T);

// Consecutive elements: one 16-byte access (width kWidth, aligned) or one element (width 1), as real numbers.
template <class T, int width>
struct alignas(width == 1 ? sizeof(Real<T>) : 16) Elements {
  Real<T> at[width];
};

DEVICE void pack(unsigned& word, __half, float low, float high) {
  __half2 pair = __floats2half2_rn(low, high);
  word = *reinterpret_cast<unsigned*>(&pair);
}
DEVICE void pack(unsigned& word, __nv_bfloat16, float low, float high) {
  __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  word = *reinterpret_cast<unsigned*>(&pair);
}

template <class T, int width>
DEVICE Elements<T, width> load(const T* from) {
  Elements<T, width> elements;
  if constexpr (width == 1) {
    elements.at[0] = to_real(*from);
  } else {
    struct alignas(16) {
      T at[width];
    } vector;
    *reinterpret_cast<uint4*>(&vector) = *reinterpret_cast<const uint4*>(from);
#pragma unroll
    for (int i = 0; i < width; i++) elements.at[i] = to_real(vector.at[i]);
  }
  return elements;
}

template <class T, int width>
DEVICE void store(T* to, const Elements<T, width>& elements) {
  if constexpr (width == 1) {
    *to = to_element<T>(elements.at[0]);
  } else if constexpr (sizeof(T) == 2) {  // two conversions in one instruction, from compute_80 on
    uint4 words;
    pack(words.x, T(), elements.at[0], elements.at[1]);
    pack(words.y, T(), elements.at[2], elements.at[3]);
    pack(words.z, T(), elements.at[4], elements.at[5]);
    pack(words.w, T(), elements.at[6], elements.at[7]);
    *reinterpret_cast<uint4*>(to) = words;
  } else {
    *reinterpret_cast<uint4*>(to) = *reinterpret_cast<const uint4*>(&elements);
  }
}

DEVICE bool aligned(const void* pointer) { return (reinterpret_cast<u64>(pointer) & 15) == 0; }

template <int width>
struct Width {
  static constexpr int value = width;
};

// Calls body(Width, i) for elements i to i + width - 1, for all of [0, n): in 16-byte vectors or, where
// vectors is false and in the tail, one by one. The caller is number first of stride callers, which share the
// work.
template <class T, class Body>
DEVICE void for_each(bool vectors, u64 n, u64 first, u64 stride, Body body) {
  u64 in_vectors = vectors ? n / kWidth<T> * kWidth<T> : 0;
#pragma unroll 1
  for (u64 i = first * kWidth<T>; i < in_vectors; i += stride * kWidth<T>) body(Width<kWidth<T>>(), i);
#pragma unroll 1
  for (u64 i = in_vectors + first; i < n; i += stride) body(Width<1>(), i);
}

// The same, shared by all threads of the grid: any grid will do, and any n fits.
template <class T, class Body>
DEVICE void for_each(bool vectors, u64 n, Body body) {
  u64 threads = blockDim.x;
  for_each<T>(vectors, n, blockIdx.x * threads + threadIdx.x, gridDim.x * threads, body);
}

}  // namespace verhulst
