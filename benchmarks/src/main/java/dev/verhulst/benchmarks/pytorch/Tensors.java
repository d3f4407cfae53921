package dev.verhulst.benchmarks.pytorch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.verhulst.kernels.DataType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * PyTorch tensors over memory that is there already, made through PyTorch's stable C interface. A
 * tensor is the address of an {@code at::Tensor}.
 */
final class Tensors {

  private final MethodHandle createFromBlob;
  private final MethodHandle delete;

  Tensors(LibTorch library) {
    createFromBlob =
        library.cFunction(
            "aoti_torch_create_tensor_from_blob",
            ADDRESS, // data
            JAVA_LONG, // dimensions
            ADDRESS, // sizes
            ADDRESS, // strides
            JAVA_LONG, // offset
            JAVA_INT, // type
            JAVA_INT, // kind of device
            JAVA_INT, // index of device
            ADDRESS); // where to write the tensor's address
    delete = library.cFunction("aoti_torch_delete_tensor_object", ADDRESS);
  }

  /** A tensor of one dimension over the memory, which the caller keeps alive. */
  MemorySegment vector(MemorySegment memory, DataType dataType, long elements) {
    return create(memory, dataType, 1, elements);
  }

  /** A tensor without dimensions, of one element, over the memory, which the caller keeps alive. */
  MemorySegment scalar(MemorySegment memory, DataType dataType) {
    return create(memory, dataType, 0, 1);
  }

  void delete(MemorySegment tensor) {
    try {
      check((int) delete.invokeExact(tensor), "deleting a tensor");
    } catch (Throwable failure) {
      throw new IllegalStateException("PyTorch failed when deleting a tensor", failure);
    }
  }

  private MemorySegment create(
      MemorySegment memory, DataType dataType, long dimensions, long elements) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tensor = arena.allocate(ADDRESS);
      MemorySegment sizes = arena.allocateFrom(JAVA_LONG, elements);
      MemorySegment strides = arena.allocateFrom(JAVA_LONG, 1);
      int status =
          (int)
              createFromBlob.invokeExact(
                  memory, dimensions, sizes, strides, 0L, code(dataType), 0, -1, tensor);
      check(status, "creating a tensor");
      return tensor.get(ADDRESS, 0);
    } catch (Throwable failure) {
      throw new IllegalStateException("PyTorch failed when creating a tensor", failure);
    }
  }

  private static void check(int status, String action) {
    if (status != 0) {
      throw new IllegalStateException(action + " returned " + status);
    }
  }

  /** The value of {@code c10::ScalarType}. */
  private static int code(DataType dataType) {
    return switch (dataType) {
      case FP16 -> 5;
      case BF16 -> 15;
      case FP32 -> 6;
      case FP64 -> 7;
    };
  }
}
