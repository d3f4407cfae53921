// PReLU: y = x > 0 ? x : slope[channel] x, with a slope per channel, the last dimension.
//
//   prelu_forward_<type>(x, slope, out, n, channels)           out = y
//   prelu_derivative_<type>(x, slope, out, n, channels)        out = x > 0 ? 1 : slope[channel]
//   prelu_backward_<type>(x, slope, grad_y, out, n, channels)  out = grad_y · dy/dx
//
// Alignment, in place and grid as in elementwise.cu; channels >= 1, and n is a multiple of it. The slopes are
// read one by one: they stay in the cache, and the kernel is bound by memory all the same.

#include "channels.cuh"
#include "math/piecewise.cuh"
#include "numbers.cuh"

namespace verhulst {

enum class Pass { forward, derivative, backward };

template <Pass pass, class T>
DEVICE void prelu(const T* x, const T* slope, const T* grad_y, T* out, u64 n, u64 channels) {
  for_each<T>(aligned(x) && aligned(grad_y) && aligned(out), n, [=](auto width, u64 i) {
    Channels channel(i, channels);
    auto elements = load<T, width.value>(x + i);
    Elements<T, width.value> gradients;
    if constexpr (pass == Pass::backward) gradients = load<T, width.value>(grad_y + i);
#pragma unroll
    for (int j = 0; j < width.value; j++) {
      Real<T> left = to_real(slope[channel.next()]);
      Real<T>& e = elements.at[j];
      if constexpr (pass == Pass::forward) e = e > 0 ? e : left * e;
      if constexpr (pass == Pass::derivative) e = math::slope(e, left, Real<T>(1));
      if constexpr (pass == Pass::backward) e = gradients.at[j] * math::slope(e, left, Real<T>(1));
    }
    store(out + i, elements);
  });
}

}  // namespace verhulst

#define KERNELS(type, T)                                                                 \
  KERNEL(T) prelu_forward_##type(const T* x, const T* slope, T* out, verhulst::u64 n,    \
                                 verhulst::u64 channels) {                               \
    verhulst::prelu<verhulst::Pass::forward, T>(x, slope, nullptr, out, n, channels);    \
  }                                                                                      \
  KERNEL(T) prelu_derivative_##type(const T* x, const T* slope, T* out, verhulst::u64 n, \
                                    verhulst::u64 channels) {                            \
    verhulst::prelu<verhulst::Pass::derivative, T>(x, slope, nullptr, out, n, channels); \
  }                                                                                      \
  KERNEL(T) prelu_backward_##type(const T* x, const T* slope, const T* grad_y, T* out,   \
                                  verhulst::u64 n, verhulst::u64 channels) {             \
    verhulst::prelu<verhulst::Pass::backward, T>(x, slope, grad_y, out, n, channels);    \
  }

KERNELS(fp16, __half)
KERNELS(bf16, __nv_bfloat16)
KERNELS(fp32, float)
KERNELS(fp64, double)
