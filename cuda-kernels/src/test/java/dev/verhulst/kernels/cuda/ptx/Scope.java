package dev.verhulst.kernels.cuda.ptx;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that are visible at a place of a kernel: registers, parameters, shared memory. */
final class Scope {

  private final List<PtxKernel.Parameter> parameters;
  private final Map<String, Integer> shared;
  private final Deque<Map<String, Integer>> registers = new ArrayDeque<>();
  private int registerCount;
  private int sharedBytes;

  /**
   * @param parameters the kernel's
   * @param shared where the module's shared variables lie
   * @param sharedBytes how many bytes they take
   */
  Scope(List<PtxKernel.Parameter> parameters, Map<String, Integer> shared, int sharedBytes) {
    this.parameters = parameters;
    this.shared = new HashMap<>(shared);
    this.sharedBytes = sharedBytes;
    open();
  }

  void open() {
    registers.push(new HashMap<>());
  }

  void close() {
    registers.pop();
  }

  void declareRegister(String name) {
    registers.element().put(name, registerCount++);
  }

  void declareShared(String name, int alignment, int bytes) {
    sharedBytes = Math.ceilDiv(sharedBytes, alignment) * alignment;
    shared.put(name, sharedBytes);
    sharedBytes += bytes;
  }

  /** The number of the register of that name, or null. */
  @Nullable Integer register(String name) {
    for (Map<String, Integer> names : registers) {
      Integer register = names.get(name);
      if (register != null) {
        return register;
      }
    }
    return null;
  }

  /** Where the shared variable of that name lies, or null. */
  @Nullable Integer shared(String name) {
    return shared.get(name);
  }

  /** The number of the parameter of that name. */
  int parameter(String name) {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new PtxException("there is no parameter '" + name + "'");
  }

  PtxType parameterType(int parameter) {
    return parameters.get(parameter).type();
  }

  int registerCount() {
    return registerCount;
  }

  int sharedBytes() {
    return sharedBytes;
  }
}
