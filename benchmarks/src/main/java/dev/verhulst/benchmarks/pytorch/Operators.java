package dev.verhulst.benchmarks.pytorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * PyTorch's operators in the forms that write into a tensor which is there already. Arguments are
 * tensors of {@link Tensors} and numbers of {@link #number}. The signatures are those of the pinned
 * version of PyTorch; an argument that does not fit ends the process.
 */
final class Operators {

  /** The size of a {@code c10::Scalar}: a tag (0 for a double) and, 16 bytes on, the value. */
  private static final long SCALAR_SIZE = 32;

  private static final long SCALAR_VALUE_OFFSET = 16;

  /** A {@code std::optional<c10::ScalarType>} without a value. */
  private static final short NO_TYPE = 0;

  private final MethodHandle sigmoid;
  private final MethodHandle softplus;
  private final MethodHandle subtract;
  private final MethodHandle multiply;
  private final MethodHandle addProduct;
  private final MethodHandle mean;
  private final MemorySegment one = number(1);

  Operators(LibTorch library) {
    sigmoid = library.operator("11sigmoid_out4callERKNS_6TensorERS2_", ADDRESS, ADDRESS);
    softplus =
        library.operator(
            "12softplus_out4callERKNS_6TensorERKN3c106ScalarES8_RS2_",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    subtract =
        library.operator(
            "11sub__Tensor4callERNS_6TensorERKS2_RKN3c106ScalarE", ADDRESS, ADDRESS, ADDRESS);
    multiply = library.operator("11mul__Scalar4callERNS_6TensorERKN3c106ScalarE", ADDRESS, ADDRESS);
    addProduct =
        library.operator(
            "8addcmul_4callERNS_6TensorERKS2_S5_RKN3c106ScalarE",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    mean =
        library.operator(
            "14mean_dtype_out4callERKNS_6TensorESt8optionalIN3c1010ScalarTypeEERS2_",
            ADDRESS,
            JAVA_SHORT,
            ADDRESS);
  }

  /** A number as an operator takes it. */
  MemorySegment number(double value) {
    MemorySegment scalar = Arena.ofAuto().allocate(SCALAR_SIZE, SCALAR_VALUE_OFFSET);
    scalar.set(JAVA_DOUBLE, SCALAR_VALUE_OFFSET, value);
    return scalar;
  }

  /** {@code torch.sigmoid(x, out=y)}; y may be x. */
  void sigmoid(MemorySegment x, MemorySegment y) throws Throwable {
    MemorySegment _ = (MemorySegment) sigmoid.invokeExact(x, y);
  }

  /** {@code y = log(1 + exp(beta x)) / beta}, and {@code y = x} where beta x is above threshold. */
  void softplus(MemorySegment x, MemorySegment beta, MemorySegment threshold, MemorySegment y)
      throws Throwable {
    MemorySegment _ = (MemorySegment) softplus.invokeExact(x, beta, threshold, y);
  }

  /** {@code y -= x}. */
  void subtract(MemorySegment y, MemorySegment x) throws Throwable {
    MemorySegment _ = (MemorySegment) subtract.invokeExact(y, x, one);
  }

  /** {@code y *= factor}, a number. */
  void multiply(MemorySegment y, MemorySegment factor) throws Throwable {
    MemorySegment _ = (MemorySegment) multiply.invokeExact(y, factor);
  }

  /** {@code y += factor a b}, the factor a number. */
  void addProduct(MemorySegment y, MemorySegment a, MemorySegment b, MemorySegment factor)
      throws Throwable {
    MemorySegment _ = (MemorySegment) addProduct.invokeExact(y, a, b, factor);
  }

  /** Writes the mean of x to y, a tensor without dimensions. */
  void mean(MemorySegment x, MemorySegment y) throws Throwable {
    MemorySegment _ = (MemorySegment) mean.invokeExact(x, NO_TYPE, y);
  }
}
