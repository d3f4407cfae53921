// cuBLAS for machines without a GPU, on the imitated driver (../cpp): products of FP32 and FP64, on the driver's streams, with what the
// real one insists on. The driver's failures on demand reach its functions too. A call with a handle that is none ends the process.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

extern "C" {
int fake_cuda_enter(const char* call);
bool fake_cuda_contains(const void* address, std::size_t byte_size);
void fake_cuda_enqueue(void* stream, const std::function<int()>& operation);
}

namespace {

constexpr int not_initialized = 1, invalid_value = 7, execution_failed = 13, internal_error = 14, not_supported = 15, last = 16;
constexpr int none = 0, transposed = 1, tf32_tensor_op_math = 3;
constexpr long kAlive = 0x616c6976;

struct Handle {
  long alive = kAlive;
  void* stream = nullptr;
  void* workspace = nullptr;
  int math_mode = 0;
  std::atomic<bool> in_use{false};
};

std::atomic<long> handles{0};

// What a call returns before it does anything, or 0.
int enter(const char* call, Handle* handle) {
  if (handle == nullptr || handle->alive != kAlive) {
    std::fprintf(stderr, "fake cuBLAS: %s with a handle that is none\n", call);
    std::abort();
  }
  int result = fake_cuda_enter(call);
  return result <= last ? result : execution_failed;  // a result of the driver
}

// The factors of a product in TF32 have 10 bits of fraction; the real one rounds, which is no matter here.
float factor(float x, bool tf32) {
  unsigned bits;
  std::memcpy(&bits, &x, sizeof bits);
  if (tf32) bits &= ~0x1fffu;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
double factor(double x, bool) { return x; }

// c = alpha aᵀ b + beta c, matrices by columns: the one form that the backend uses.
template <class Real>
int gemm(const char* call, Handle* handle, int op_a, int op_b, int m, int n, int k, const Real* alpha, const Real* a, int lda,
         const Real* b, int ldb, const Real* beta, Real* c, int ldc) {
  int result = enter(call, handle);
  if (result != 0) return result;
  if (handle->in_use.exchange(true)) return internal_error;
  bool fits = m >= 0 && n >= 0 && k >= 0 && lda >= k && ldb >= k && ldc >= m;
  bool on_device = fake_cuda_contains(a, sizeof(Real) * lda * m) && fake_cuda_contains(b, sizeof(Real) * ldb * n) &&
                   fake_cuda_contains(c, sizeof(Real) * ldc * n);
  if (handle->stream == nullptr || handle->workspace == nullptr || op_a != transposed || op_b != none) {
    result = not_supported;
  } else if (!fits || !on_device) {
    result = invalid_value;
  } else {
    bool tf32 = handle->math_mode == tf32_tensor_op_math;
    fake_cuda_enqueue(handle->stream, [=, alpha = *alpha, beta = *beta] {
      for (long j = 0; j < n; j++) {
        for (long i = 0; i < m; i++) {
          Real sum = 0;
          for (long p = 0; p < k; p++) sum += factor(a[i * lda + p], tf32) * factor(b[j * ldb + p], tf32);
          Real& to = c[j * ldc + i];
          to = beta == 0 ? alpha * sum : alpha * sum + beta * to;
        }
      }
      return 0;
    });
  }
  handle->in_use = false;
  return result;
}

}  // namespace

extern "C" {

// Like the real one, it leaves something behind when it fails.
int cublasCreate_v2(Handle** handle) {
  *handle = reinterpret_cast<Handle*>(0x10);
  int result = fake_cuda_enter("cublasCreate");
  if (result != 0) return result <= last ? result : not_initialized;
  handles++;
  *handle = new Handle();
  return 0;
}

int cublasDestroy_v2(Handle* handle) {
  int result = enter("cublasDestroy", handle);
  handle->alive = 0;
  delete handle;
  handles--;
  return result;
}

int cublasSetStream_v2(Handle* handle, void* stream) {
  int result = enter("cublasSetStream", handle);
  handle->stream = stream;
  handle->workspace = nullptr;
  return result;
}

int cublasSetWorkspace_v2(Handle* handle, void* workspace, std::size_t byte_size) {
  int result = enter("cublasSetWorkspace", handle);
  if (result != 0) return result;
  if (!fake_cuda_contains(workspace, byte_size)) return invalid_value;
  handle->workspace = workspace;
  return 0;
}

int cublasSetMathMode(Handle* handle, int mode) {
  int result = enter("cublasSetMathMode", handle);
  handle->math_mode = mode;
  return result;
}

int cublasSgemm_v2(Handle* handle, int op_a, int op_b, int m, int n, int k, const float* alpha, const float* a, int lda, const float* b,
                   int ldb, const float* beta, float* c, int ldc) {
  return gemm("cublasSgemm", handle, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

int cublasDgemm_v2(Handle* handle, int op_a, int op_b, int m, int n, int k, const double* alpha, const double* a, int lda,
                   const double* b, int ldb, const double* beta, double* c, int ldc) {
  return gemm("cublasDgemm", handle, op_a, op_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

long fake_cublas_handles() { return handles; }

void fake_cublas_forget() { handles = 0; }

}  // extern "C"
