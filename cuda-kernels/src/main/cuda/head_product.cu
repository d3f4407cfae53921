// The product of a head, X Wᵀ, where there is no cuBLAS: plain, and the same sum for a row whatever rows are
// beside it.
//
//   head_product_<type>(x, weights, out, rows, labels, features)
//
// x is [rows, features], weights is [labels, features], out is [rows, labels], all row-major and without gaps;
// out overlaps neither. Any addresses of elements, any sizes, any grid; 256 threads a block.
//
// A block computes a tile of 64 rows by 64 labels at a time. The features of both pass through shared memory,
// 16 at a time; a thread adds up 4 rows by 4 labels in registers, in the order of the features.
//
// How fast it should be: a few times slower than cuBLAS, which is what to install where it matters; few rows
// leave most of a tile idle. Assembled and checked on the host, not yet run on a device.

#include "numbers.cuh"

namespace verhulst {

constexpr int kThreads = 256;
constexpr int kTile = 64;   // rows, and labels, of a tile
constexpr int kDepth = 16;  // features in shared memory at a time
constexpr int kApart = 16;  // between a thread's rows, and between its labels
constexpr int kEach = kTile / kApart;

// Some features of the tile's rows, or labels. Two more of them keep the writes off each other's banks.
template <class T>
struct Panel {
  T at[kDepth][kTile + 2];
};

// Reads features of rows from the first on; zeros stand for what lies beyond the matrix.
template <class T>
DEVICE void fill(Panel<T>& panel, const T* matrix, u64 first, u64 rows, u64 feature, u64 features) {
  unsigned depth = threadIdx.x % kDepth;
  bool inside = feature + depth < features;
#pragma unroll
  for (unsigned row = threadIdx.x / kDepth; row < kTile; row += kThreads / kDepth) {
    u64 at = first + row;
    panel.at[depth][row] = inside && at < rows ? matrix[at * features + feature + depth] : T(0);
  }
}

template <class T>
DEVICE void head_product(const T* x, const T* weights, T* out, u64 rows, u64 labels, u64 features) {
  __shared__ Panel<T> of_rows;
  __shared__ Panel<T> of_labels;
  unsigned own_row = threadIdx.x / kApart;
  unsigned own_label = threadIdx.x % kApart;
  u64 across = (labels + kTile - 1) / kTile;
  u64 tiles = (rows + kTile - 1) / kTile * across;
#pragma unroll 1
  for (u64 tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
    u64 down = tile / across;
    u64 first_row = down * kTile;
    u64 first_label = (tile - down * across) * kTile;
    T sums[kEach][kEach] = {};
#pragma unroll 1
    for (u64 feature = 0; feature < features; feature += kDepth) {
      fill(of_rows, x, first_row, rows, feature, features);
      fill(of_labels, weights, first_label, labels, feature, features);
      __syncthreads();
#pragma unroll
      for (int depth = 0; depth < kDepth; depth++) {
#pragma unroll
        for (int i = 0; i < kEach; i++) {
#pragma unroll
          for (int j = 0; j < kEach; j++) {
            sums[i][j] = fused(of_rows.at[depth][own_row + i * kApart],
                               of_labels.at[depth][own_label + j * kApart], sums[i][j]);
          }
        }
      }
      __syncthreads();  // before the next features are written
    }
#pragma unroll
    for (int i = 0; i < kEach; i++) {
#pragma unroll
      for (int j = 0; j < kEach; j++) {
        u64 row = first_row + own_row + i * kApart;
        u64 label = first_label + own_label + j * kApart;
        if (row < rows && label < labels) out[row * labels + label] = sums[i][j];
      }
    }
  }
}

}  // namespace verhulst

#define KERNELS(type, T)                                                                               \
  KERNEL(T) head_product_##type(const T* x, const T* weights, T* out, verhulst::u64 rows,              \
                                verhulst::u64 labels, verhulst::u64 features) {                        \
    verhulst::head_product<T>(x, weights, out, rows, labels, features);                                \
  }

KERNELS(fp32, float)
KERNELS(fp64, double)
