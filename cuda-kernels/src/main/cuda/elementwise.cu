// The element-wise kernels of one activation of the catalogue, in one module of their own:
// -DACTIVATION_NAME=elu -DACTIVATION_PARAMETERS=alpha.
//
//   <name>_forward_<type>(x, out, n, parameters...)           out = y(x)
//   <name>_derivative_<type>(x, out, n, parameters...)        out = dy/dx(x)
//   <name>_backward_<type>(x, grad_y, out, n, parameters...)  out = grad_y · dy/dx(x)
//
// x, grad_y and out may be any addresses of elements; where all are multiples of 16 bytes, every access moves
// 16 bytes. out may be x or grad_y. Any grid will do; 256 threads a block.
//
// How fast it should be: one pass over memory. An FP32 element moves 8 bytes, so an H100 (3.35 TB/s, 132 SMs,
// 128 lanes) has room for about 70 instructions each, 35 for an FP16 element. The catalogue's functions take
// 10 to 45, so the FP32 kernels should run at the bandwidth of a copy. Assembled and checked on the host, not
// yet run on a device.

#include "activations.cuh"
#include "numbers.cuh"

namespace verhulst {

template <class T, class Function>
DEVICE void forward(const T* x, T* out, u64 n, Function f) {
  for_each<T>(aligned(x) && aligned(out), n, [=](auto width, u64 i) {
    auto elements = load<T, width.value>(x + i);
#pragma unroll
    for (int j = 0; j < width.value; j++) elements.at[j] = f.value(elements.at[j]);
    store(out + i, elements);
  });
}

template <class T, class Function>
DEVICE void derivative(const T* x, T* out, u64 n, Function f) {
  for_each<T>(aligned(x) && aligned(out), n, [=](auto width, u64 i) {
    auto elements = load<T, width.value>(x + i);
#pragma unroll
    for (int j = 0; j < width.value; j++) elements.at[j] = f.derivative(elements.at[j]);
    store(out + i, elements);
  });
}

template <class T, class Function>
DEVICE void backward(const T* x, const T* grad_y, T* out, u64 n, Function f) {
  for_each<T>(aligned(x) && aligned(grad_y) && aligned(out), n, [=](auto width, u64 i) {
    auto elements = load<T, width.value>(x + i);
    auto gradients = load<T, width.value>(grad_y + i);
#pragma unroll
    for (int j = 0; j < width.value; j++) elements.at[j] = gradients.at[j] * f.derivative(elements.at[j]);
    store(out + i, elements);
  });
}

}  // namespace verhulst

#define KERNELS_OF_TYPE(name, type, T, ...)                                                                       \
  KERNEL(T) name##_forward_##type(const T* x, T* out, verhulst::u64 n TYPED(verhulst::Real<T>, __VA_ARGS__)) {    \
    verhulst::forward<T>(x, out, n, verhulst::activation::name<verhulst::Real<T>>{__VA_ARGS__});                  \
  }                                                                                                               \
  KERNEL(T) name##_derivative_##type(const T* x, T* out, verhulst::u64 n TYPED(verhulst::Real<T>, __VA_ARGS__)) { \
    verhulst::derivative<T>(x, out, n, verhulst::activation::name<verhulst::Real<T>>{__VA_ARGS__});               \
  }                                                                                                               \
  KERNEL(T) name##_backward_##type(const T* x, const T* grad_y, T* out,                                           \
                                   verhulst::u64 n TYPED(verhulst::Real<T>, __VA_ARGS__)) {                       \
    verhulst::backward<T>(x, grad_y, out, n, verhulst::activation::name<verhulst::Real<T>>{__VA_ARGS__});         \
  }

#include "catalogue.cuh"
