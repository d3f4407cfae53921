package dev.verhulst.kernels.cuda.ptx;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;

/** Moves between registers, with packing into and unpacking from a wider one. */
final class Moves {

  private Moves() {}

  static Operation compile(Opcode opcode, Operands operands) {
    PtxType type = opcode.type();
    if (operands.isVector(0)) {
      return unpack(operands, type);
    }
    if (operands.isVector(1)) {
      return pack(operands, type);
    }
    int d = operands.destination(0);
    Source a = operands.source(1, type);
    long mask = type.mask();
    return lane -> lane.registers[d] = a.get(lane) & mask;
  }

  private static Operation unpack(Operands operands, PtxType type) {
    int[] destinations = operands.destinations(0);
    Source a = operands.source(1, type);
    int bits = type.bits() / destinations.length;
    long mask = (1L << bits) - 1;
    return lane -> {
      long whole = a.get(lane);
      for (int i = 0; i < destinations.length; i++) {
        lane.registers[destinations[i]] = whole >>> i * bits & mask;
      }
    };
  }

  private static Operation pack(Operands operands, PtxType type) {
    int d = operands.destination(0);
    Source[] parts = operands.sources(1, PtxType.B32);
    int bits = type.bits() / parts.length;
    long mask = (1L << bits) - 1;
    return lane -> {
      long whole = 0;
      for (int i = 0; i < parts.length; i++) {
        whole |= (parts[i].get(lane) & mask) << i * bits;
      }
      lane.registers[d] = whole;
    };
  }
}
