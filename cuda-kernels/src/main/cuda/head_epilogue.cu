// The end of a head, fused: from the products X Wᵀ to logits and probabilities, each label with a bias, a
// slope and a shift of its own.
//
//   head_epilogue_<type>(products, bias, slope, shift, logits, probabilities, n, labels)
//
//     logits = products + bias
//     probabilities = σ(slope · logits + shift)
//
// n = rows · labels elements; labels, the last dimension, is 1 or more. logits and probabilities may be null,
// and one of them may be products. Alignment and grid as in elementwise.cu. What belongs to the labels is read
// one by one: it stays in the cache.
//
// How fast it should be: one pass over memory, as the sigmoid itself. Assembled and checked on the host, not
// yet run on a device.

#include "channels.cuh"
#include "math/sigmoid.cuh"
#include "numbers.cuh"

namespace verhulst {

template <class T>
DEVICE void head_epilogue(const T* products, const T* bias, const T* slope, const T* shift, T* logits,
                          T* probabilities, u64 n, u64 labels) {
  bool vectors = aligned(products) && aligned(logits) && aligned(probabilities);
  for_each<T>(vectors, n, [=](auto width, u64 i) {
    auto elements = load<T, width.value>(products + i);
    Elements<T, width.value> sigmoids;
    Channels channel(i, labels);
#pragma unroll
    for (int j = 0; j < width.value; j++) {
      u64 label = channel.next();
      T& logit = elements.at[j];
      logit = logit + bias[label];
      sigmoids.at[j] = math::sigmoid(fused(slope[label], logit, shift[label]));
    }
    if (logits != nullptr) store(logits + i, elements);
    if (probabilities != nullptr) store(probabilities + i, sigmoids);
  });
}

}  // namespace verhulst

#define KERNELS(type, T)                                                                                  \
  KERNEL(T) head_epilogue_##type(const T* products, const T* bias, const T* slope, const T* shift,        \
                                 T* logits, T* probabilities, verhulst::u64 n, verhulst::u64 labels) {    \
    verhulst::head_epilogue<T>(products, bias, slope, shift, logits, probabilities, n, labels);           \
  }

KERNELS(fp32, float)
KERNELS(fp64, double)
