// Softmax over the last dimension: y_i = e^(x_i - m) / Σ e^(x_j - m), where m is the row's maximum.
//
//   softmax_forward_<type>(x, out, rows, columns)           out = y
//   softmax_derivative_<type>(x, out, rows, columns)        out = y (1 - y), the diagonal of the Jacobian
//   softmax_backward_<type>(x, grad_y, out, rows, columns)  out_i = y_i (grad_y_i - Σ y_j grad_y_j)
//
// One block takes one row at a time; any grid, and a block of 32 to 256 threads in multiples of 32. The order
// of the sums, and so the last bit, depends on the block's size but not on the grid. out may be x or grad_y.
//
// How fast it should be: a row is read twice for the maximum and the sum and once more for the result; one
// that fits the caches (some 16,000 FP32 columns) comes from memory once, and the kernel should run near the
// bandwidth of a copy, about 60 instructions per element. Rows of few columns leave threads idle: give them
// blocks of 32. Assembled and checked on the host, not yet run on a device.

#include "block.cuh"
#include "math/exponential.cuh"
#include "numbers.cuh"

namespace verhulst {

// e^(x - maximum), with the difference's rounding error put back
template <class Real>
DEVICE math::Exponential<Real> relative_exp(Real x, Real maximum) {
  Real difference = x - maximum;
  Real back = difference - x;
  Real low = (x - (difference - back)) - (maximum + back);
  Real lowest = math::kLowestExponent<Real>;
  return math::exponential(at_least(lowest, difference), difference > lowest ? low : 0);
}

// e / sum: FP32 multiplies by the reciprocal, which was rounded once from double.
DEVICE float divide(math::Exponential<float> e, double, float reciprocal) { return e.p * reciprocal * e.power; }
DEVICE double divide(math::Exponential<double> e, double sum, double) { return e.p / sum * e.power; }

enum class Pass { forward, derivative, backward };

template <Pass pass, class T>
DEVICE void softmax(const T* x, const T* grad_y, T* out, u64 rows, u64 columns) {
  using Real = Real<T>;
  using Sum = typename SumOf<Real>::type;
  bool vectors = aligned(x) && aligned(grad_y) && aligned(out) && columns % kWidth<T> == 0;
#pragma unroll 1
  for (u64 row = blockIdx.x; row < rows; row += gridDim.x) {
    const T* x_row = x + row * columns;
    const T* grad_row = grad_y + row * columns;
    T* out_row = out + row * columns;

    Real maximum = -INFINITY;
    for_each<T>(vectors, columns, threadIdx.x, blockDim.x, [&](auto width, u64 i) {
      auto elements = load<T, width.value>(x_row + i);
#pragma unroll
      for (int j = 0; j < width.value; j++) maximum = Maximum()(elements.at[j], maximum);
    });
    maximum = combine(maximum, Real(-INFINITY), Maximum());

    Sum sum = {};
    Sum product = {};  // Σ e_j grad_y_j
    for_each<T>(vectors, columns, threadIdx.x, blockDim.x, [&](auto width, u64 i) {
      auto elements = load<T, width.value>(x_row + i);
      Elements<T, width.value> gradients;
      if constexpr (pass == Pass::backward) gradients = load<T, width.value>(grad_row + i);
#pragma unroll
      for (int j = 0; j < width.value; j++) {
        math::Exponential<Real> e = relative_exp(elements.at[j], maximum);
        double value = e.p * e.power;
        sum = plus(sum, value);
        if constexpr (pass == Pass::backward) product = plus(product, value * gradients.at[j]);
      }
    });
    double total = value_of(combine(sum, Sum{}, Plus()));
    Real reciprocal = static_cast<Real>(1 / total);
    Real mean = 0;  // Σ y_j grad_y_j
    if constexpr (pass == Pass::backward) mean = static_cast<Real>(value_of(combine(product, Sum{}, Plus())) / total);

    for_each<T>(vectors, columns, threadIdx.x, blockDim.x, [&](auto width, u64 i) {
      auto elements = load<T, width.value>(x_row + i);
      Elements<T, width.value> gradients;
      if constexpr (pass == Pass::backward) gradients = load<T, width.value>(grad_row + i);
#pragma unroll
      for (int j = 0; j < width.value; j++) {
        Real y = divide(relative_exp(elements.at[j], maximum), total, reciprocal);
        if constexpr (pass == Pass::derivative) y = y * (1 - y);
        if constexpr (pass == Pass::backward) y = y * (gradients.at[j] - mean);
        elements.at[j] = y;
      }
      store(out_row + i, elements);
    });
  }
}

}  // namespace verhulst

#define KERNELS(type, T)                                                                               \
  KERNEL(T) softmax_forward_##type(const T* x, T* out, verhulst::u64 rows, verhulst::u64 columns) {    \
    verhulst::softmax<verhulst::Pass::forward, T>(x, nullptr, out, rows, columns);                     \
  }                                                                                                    \
  KERNEL(T) softmax_derivative_##type(const T* x, T* out, verhulst::u64 rows, verhulst::u64 columns) { \
    verhulst::softmax<verhulst::Pass::derivative, T>(x, nullptr, out, rows, columns);                  \
  }                                                                                                    \
  KERNEL(T) softmax_backward_##type(const T* x, const T* grad_y, T* out, verhulst::u64 rows,           \
                                 verhulst::u64 columns) {                                              \
    verhulst::softmax<verhulst::Pass::backward, T>(x, grad_y, out, rows, columns);                     \
  }

KERNELS(fp16, __half)
KERNELS(bf16, __nv_bfloat16)
KERNELS(fp32, float)
KERNELS(fp64, double)
