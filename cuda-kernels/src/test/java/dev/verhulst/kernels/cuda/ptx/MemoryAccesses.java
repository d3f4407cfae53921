package dev.verhulst.kernels.cuda.ptx;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Address;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;
import java.nio.ByteBuffer;

/** Loads and stores, of single elements and of vectors, from global and from shared memory. */
final class MemoryAccesses {

  private MemoryAccesses() {}

  static Operation compile(Opcode opcode, Operands operands) {
    opcode.requireOnly("param", "global", "shared", "v2", "v4");
    if (opcode.has("param")) {
      int d = operands.destination(0);
      int parameter = operands.parameter(1, opcode.type());
      return lane -> lane.registers[d] = lane.block.parameters()[parameter];
    }
    return opcode.name().equals("ld") ? load(opcode, operands) : store(opcode, operands);
  }

  private static Operation load(Opcode opcode, Operands operands) {
    int bytes = opcode.type().bytes();
    int[] d = operands.isVector(0) ? operands.destinations(0) : new int[] {operands.destination(0)};
    Address address = operands.address(1);
    boolean shared = opcode.has("shared");
    return lane -> {
      long from = address.of(lane);
      ByteBuffer memory = memory(lane, shared, from, bytes * d.length);
      int index = index(lane, shared, from);
      for (int i = 0; i < d.length; i++) {
        lane.registers[d[i]] = read(memory, index + i * bytes, bytes);
      }
    };
  }

  private static Operation store(Opcode opcode, Operands operands) {
    PtxType type = opcode.type();
    int bytes = type.bytes();
    Address address = operands.address(0);
    Source[] values =
        operands.isVector(1) ? operands.sources(1, type) : new Source[] {operands.source(1, type)};
    boolean shared = opcode.has("shared");
    return lane -> {
      long to = address.of(lane);
      ByteBuffer memory = memory(lane, shared, to, bytes * values.length);
      int index = index(lane, shared, to);
      for (int i = 0; i < values.length; i++) {
        write(memory, index + i * bytes, bytes, values[i].get(lane));
      }
    };
  }

  private static ByteBuffer memory(Lane lane, boolean shared, long address, int bytes) {
    if (!shared) {
      return lane.block.memory().access(address, bytes);
    }
    ByteBuffer memory = lane.block.shared();
    if (address < 0 || address + bytes > memory.capacity() || address % bytes != 0) {
      throw new PtxException(
          "access to "
              + bytes
              + " bytes at "
              + address
              + " of shared memory, which has "
              + memory.capacity()
              + ": out of bounds or not aligned");
    }
    return memory;
  }

  private static int index(Lane lane, boolean shared, long address) {
    return shared ? (int) address : lane.block.memory().index(address);
  }

  private static long read(ByteBuffer memory, int index, int bytes) {
    return switch (bytes) {
      case 2 -> memory.getShort(index) & 0xffffL;
      case 4 -> memory.getInt(index) & 0xffffffffL;
      case 8 -> memory.getLong(index);
      default -> throw new PtxException("elements of " + bytes + " bytes are not supported");
    };
  }

  private static void write(ByteBuffer memory, int index, int bytes, long value) {
    switch (bytes) {
      case 2 -> memory.putShort(index, (short) value);
      case 4 -> memory.putInt(index, (int) value);
      case 8 -> memory.putLong(index, value);
      default -> throw new PtxException("elements of " + bytes + " bytes are not supported");
    }
  }
}
