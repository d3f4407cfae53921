// Binary cross-entropy with logits z, targets t in [0, 1], weights, and weights w of the positive class per
// label:
//
//   loss     = weight (w t softplus(-z) + (1 - t) softplus(z))
//   gradient = weight ((1 - t) σ(z) - w t σ(-z)) grad_scale
//
//   bce_with_logits_<type>(logits, target, weight, pos_weight, loss, grad, partials, n, labels, grad_scale)
//   bce_with_logits_reduce_<type>(partials, count, loss, scale)
//
// The first writes whatever is asked for: the loss and the gradient of every element (n each), and the sum of
// the losses of each block (one double per block). weight, pos_weight, loss, grad and partials may be null.
// labels, the last dimension, divides n. The second adds the partial sums up in one block and writes loss[0]
// = scale * sum: scale 1 for the sum, 1 / n for the mean.
//
// Deterministic: a block adds in a fixed order, so the bits depend on the grid alone, and the grid on n
// alone:
//
//   blocks = max(1, min(1024, (n + 1023) / 1024)), 256 threads each; the second kernel has one block of 256.
//
// How fast it should be: FP32 reads 8 bytes and writes up to 8 for about 40 instructions, bound by memory;
// e^-|z| and log1p of it are computed once for the loss and the gradient. Assembled and checked on the host,
// not yet run on a device.

#include "block.cuh"
#include "channels.cuh"
#include "math/logarithm.cuh"
#include "numbers.cuh"

namespace verhulst {

template <class Real>
struct Element {
  Real logit;
  Real target;
  Real weight;
  Real pos_weight;
};

template <class Real>
struct LossAndGradient {
  Real loss;
  Real gradient;
};

template <class Real>
DEVICE LossAndGradient<Real> loss_and_gradient(Element<Real> element) {
  Real z = element.logit;
  Real e = math::exp(-magnitude(z));
  Real rest = math::log1p_of_unit(e);
  Real positive = element.pos_weight * element.target;
  Real negative = 1 - element.target;
  Real loss = fused(positive, at_least(Real(0), -z) + rest, negative * (at_least(Real(0), z) + rest));
  Real r = approximate_reciprocal(1 + e);
  Real sigma = (z >= 0 ? 1 : e) * r;
  Real complement = (z >= 0 ? e : 1) * r;
  return {element.weight * loss, element.weight * fused(negative, sigma, -positive * complement)};
}

template <class T>
DEVICE void bce_with_logits(const T* logits, const T* target, const T* weight, const T* pos_weight, T* loss,
                            T* grad, double* partials, u64 n, u64 labels, Real<T> grad_scale) {
  using Real = Real<T>;
  using Sum = typename SumOf<Real>::type;
  bool vectors = aligned(logits) && aligned(target) && aligned(weight) && aligned(loss) && aligned(grad);
  Sum sum = {};
  for_each<T>(vectors, n, [&](auto width, u64 i) {
    auto z = load<T, width.value>(logits + i);
    auto t = load<T, width.value>(target + i);
    Elements<T, width.value> weights;
    Elements<T, width.value> pos_weights;
#pragma unroll
    for (int j = 0; j < width.value; j++) weights.at[j] = pos_weights.at[j] = 1;
    if (weight != nullptr) weights = load<T, width.value>(weight + i);
    if (pos_weight != nullptr) {
      Channels label(i, labels);
#pragma unroll
      for (int j = 0; j < width.value; j++) pos_weights.at[j] = to_real(pos_weight[label.next()]);
    }
#pragma unroll
    for (int j = 0; j < width.value; j++) {
      auto result = loss_and_gradient<Real>({z.at[j], t.at[j], weights.at[j], pos_weights.at[j]});
      sum = plus(sum, static_cast<double>(result.loss));
      z.at[j] = result.loss;
      t.at[j] = result.gradient * grad_scale;
    }
    if (loss != nullptr) store(loss + i, z);
    if (grad != nullptr) store(grad + i, t);
  });
  if (partials != nullptr) {
    sum = combine(sum, Sum{}, Plus());
    if (threadIdx.x == 0) partials[blockIdx.x] = value_of(sum);
  }
}

template <class T>
DEVICE void bce_with_logits_reduce(const double* partials, u64 count, T* loss, double scale) {
  CompensatedSum sum = {};
#pragma unroll 1
  for (u64 i = threadIdx.x; i < count; i += blockDim.x) sum = plus(sum, partials[i]);
  sum = combine(sum, CompensatedSum{}, Plus());
  if (threadIdx.x == 0) *loss = to_element<T>(static_cast<Real<T>>(value_of(sum) * scale));
}

}  // namespace verhulst

#define KERNELS(type, T)                                                                                  \
  KERNEL(T) bce_with_logits_##type(const T* logits, const T* target, const T* weight,                     \
                                   const T* pos_weight, T* loss, T* grad, double* partials,               \
                                   verhulst::u64 n, verhulst::u64 labels, verhulst::Real<T> grad_scale) { \
    verhulst::bce_with_logits<T>(logits, target, weight, pos_weight, loss, grad, partials, n, labels,     \
                                 grad_scale);                                                             \
  }                                                                                                       \
  KERNEL(T) bce_with_logits_reduce_##type(const double* partials, verhulst::u64 count, T* loss,           \
                                          double scale) {                                                 \
    verhulst::bce_with_logits_reduce<T>(partials, count, loss, scale);                                    \
  }

KERNELS(fp16, __half)
KERNELS(bf16, __nv_bfloat16)
KERNELS(fp32, float)
KERNELS(fp64, double)
