// The element-wise kernels of one activation over page-locked memory of the host, read and written over the
// bus: one launch computes a whole batch, with no copies before and after it, in both directions of the bus at
// once. In a module of its own, like elementwise.cu: -DACTIVATION_NAME=elu -DACTIVATION_PARAMETERS=alpha.
//
//   <name>_mapped_<type>(pieces, count, parameters...)
//
// A piece is a stretch of a tensor that one block computes, all of its outputs at once, since x is read over the
// bus: y(x), dy/dx(x) and grad_y · dy/dx(x), as it asks. The host has cut the tensors, so that a block finds its
// work in one access of 64 bytes: a search over prefix sums would take a dozen, one after the other, each a
// microsecond away. Addresses are those of elements; where all of a piece are multiples of 16 bytes, every access
// moves 16 bytes. The only output may be x or grad_y. Any grid will do, of any block.
//
// The bits are those of elementwise.cu.
//
// How fast it should be: as the bus, which an H100 reads at up to 64 GB/s. The elements of a vector are computed
// one after the other, which costs some ten instructions each and keeps the text short, and so its compilation
// by the driver: there is time for a hundred times as many. Assembled and checked on the host, not yet run on a
// device.

#include "activations.cuh"
#include "numbers.cuh"

namespace verhulst {

// As the host writes it, MappedPieces: addresses (0 where there is no such tensor), elements, and nothing.
struct alignas(64) Piece {
  u64 x, grad_y, y, dy_dx, grad_x, n, unused[2];
};
constexpr int kPieceWords = 6;

template <class T>
struct BitsOf {
  using type = unsigned short;
};
template <>
struct BitsOf<float> {
  using type = unsigned;
};
template <>
struct BitsOf<double> {
  using type = u64;
};

// 16 bytes of elements in registers, of which the first is taken and a new last one put in: after as many turns
// as there are elements, each new one stands where its old one stood. An index that is not a constant would
// send the vector to memory.
template <class T>
class Window {
 public:
  // A vector, or one element.
  DEVICE void load(const T* from, bool vector) {
    if (vector) {
      auto words = *reinterpret_cast<const ulonglong2*>(from);
      low_ = words.x;
      high_ = words.y;
    } else {
      low_ = *reinterpret_cast<const Bits*>(from);
    }
  }

  // The vector after its turns, or the element after one.
  DEVICE void store(T* to, bool vector) const {
    if (vector) {
      ulonglong2 words;
      words.x = low_;
      words.y = high_;
      *reinterpret_cast<ulonglong2*>(to) = words;
    } else {
      *reinterpret_cast<Bits*>(to) = static_cast<Bits>(high_ >> (64 - kBits));
    }
  }

  DEVICE Real<T> first() const {
    Bits bits = static_cast<Bits>(low_);
    return to_real(*reinterpret_cast<const T*>(&bits));
  }

  DEVICE void turn() { put(0); }
  DEVICE void turn(Real<T> last) {
    T element = to_element<T>(last);
    put(*reinterpret_cast<const Bits*>(&element));
  }

 private:
  using Bits = typename BitsOf<T>::type;
  static constexpr int kBits = 8 * sizeof(T);

  DEVICE void put(Bits last) {
    if constexpr (kBits == 64) {
      low_ = high_;
      high_ = last;
    } else {
      low_ = low_ >> kBits | high_ << (64 - kBits);
      high_ = high_ >> kBits | static_cast<u64>(last) << (64 - kBits);
    }
  }

  u64 low_ = 0;
  u64 high_ = 0;
};

// Computes a vector, or one element, from element i on.
template <class T, class Function>
DEVICE void compute(const Piece& piece, u64 i, bool vector, Function f) {
  auto at = [=](u64 tensor) { return reinterpret_cast<T*>(tensor) + i; };
  Window<T> x, grad_y, y, dy_dx, grad_x;
  x.load(at(piece.x), vector);
  if (piece.grad_x != 0) grad_y.load(at(piece.grad_y), vector);
#pragma unroll 1
  for (int left = vector ? kWidth<T> : 1; left > 0; left--) {
    Real<T> element = x.first();
    if (piece.y != 0) y.turn(f.value(element));
    if ((piece.dy_dx | piece.grad_x) != 0) {
      Real<T> derivative = f.derivative(element);
      dy_dx.turn(derivative);
      grad_x.turn(grad_y.first() * derivative);
    }
    x.turn();
    grad_y.turn();
  }
  if (piece.y != 0) y.store(at(piece.y), vector);
  if (piece.dy_dx != 0) dy_dx.store(at(piece.dy_dx), vector);
  if (piece.grad_x != 0) grad_x.store(at(piece.grad_x), vector);
}

template <class T, class Function>
DEVICE void mapped(const u64* pieces, u64 count, Function f) {
  __shared__ u64 words[kPieceWords];
#pragma unroll 1
  for (u64 index = blockIdx.x; index < count; index += gridDim.x) {
    __syncthreads();  // every thread is done with the piece before
#pragma unroll 1
    for (unsigned i = threadIdx.x; i < kPieceWords; i += blockDim.x) {
      words[i] = pieces[index * (sizeof(Piece) / sizeof(u64)) + i];
    }
    __syncthreads();
    Piece piece = {words[0], words[1], words[2], words[3], words[4], words[5]};
    u64 every = piece.x | piece.y | piece.dy_dx | piece.grad_x | (piece.grad_x != 0 ? piece.grad_y : 0);
    u64 vectors = (every & 15) == 0 ? piece.n / kWidth<T> : 0;
    u64 singles = piece.n - vectors * kWidth<T>;
#pragma unroll 1
    for (u64 i = threadIdx.x; i < vectors + singles; i += blockDim.x) {
      bool vector = i < vectors;
      compute<T>(piece, vector ? i * kWidth<T> : i + vectors * (kWidth<T> - 1), vector, f);
    }
  }
}

}  // namespace verhulst

// The bus is the limit, with few blocks too: FP64 kernels may have 128 registers.
#define MAPPED_KERNEL(T) extern "C" __global__ void __launch_bounds__(256, sizeof(T) == 8 ? 2 : 0)

#define KERNELS_OF_TYPE(name, type, T, ...)                                                                    \
  MAPPED_KERNEL(T) name##_mapped_##type(const verhulst::u64* pieces,                                           \
                                        verhulst::u64 count TYPED(verhulst::Real<T>, __VA_ARGS__)) {                  \
    verhulst::mapped<T>(pieces, count, verhulst::activation::name<verhulst::Real<T>>{__VA_ARGS__});            \
  }

#include "catalogue.cuh"
