// Sums and maxima over a block, in a fixed order: the same input gives the same bits.
#pragma once

#include "numbers.cuh"

namespace verhulst {

// An unevaluated sum of two doubles: each addition's error is kept, so that a sum of n terms is off by about
// one rounding.
struct CompensatedSum {
  double high;
  double low;
};

DEVICE double plus(double a, double b) { return a + b; }
DEVICE CompensatedSum plus(CompensatedSum a, double b) {
  double high = a.high + b;
  double back = high - a.high;
  return {high, a.low + ((a.high - (high - back)) + (b - back))};
}
DEVICE CompensatedSum plus(CompensatedSum a, CompensatedSum b) {
  CompensatedSum sum = plus(a, b.high);
  return {sum.high, sum.low + b.low};
}

DEVICE double value_of(double sum) { return sum; }
// An infinite or NaN sum has no error to add.
DEVICE double value_of(CompensatedSum sum) { return magnitude(sum.high) < INFINITY ? sum.high + sum.low : sum.high; }

// What terms of a type are added up in: double has bits to spare for FP32, not for FP64.
template <class Real>
struct SumOf {
  using type = double;
};
template <>
struct SumOf<double> {
  using type = CompensatedSum;
};

struct Plus {
  template <class Value>
  DEVICE Value operator()(Value a, Value b) const {
    return plus(a, b);
  }
};
struct Maximum {
  template <class Real>
  DEVICE Real operator()(Real a, Real b) const {
    return a > b ? a : b;
  }
};

template <class Value>
DEVICE Value shuffle(Value value, int lane) {
  return __shfl_xor_sync(0xffffffff, value, lane);
}
DEVICE CompensatedSum shuffle(CompensatedSum sum, int lane) {
  return {__shfl_xor_sync(0xffffffff, sum.high, lane), __shfl_xor_sync(0xffffffff, sum.low, lane)};
}

// Combines the values of every thread of the block and gives all of them the result. The block has a multiple
// of 32 threads, and every thread calls.
template <class Value, class Operation>
DEVICE Value combine(Value value, Value neutral, Operation operation) {
  __shared__ Value of_warp[32];
#pragma unroll 1
  for (int lane = 16; lane > 0; lane /= 2) value = operation(value, shuffle(value, lane));
  unsigned warps = blockDim.x / 32;
  if (warps == 1) return value;
  if (threadIdx.x % 32 == 0) of_warp[threadIdx.x / 32] = value;
  __syncthreads();
  value = threadIdx.x % 32 < warps ? of_warp[threadIdx.x % 32] : neutral;
#pragma unroll 1
  for (int lane = 16; lane > 0; lane /= 2) value = operation(value, shuffle(value, lane));
  __syncthreads();  // before the next call writes
  return value;
}

}  // namespace verhulst
