package dev.verhulst.kernels.cuda.ptx;

import dev.verhulst.kernels.cuda.ptx.Instruction.Operation;
import dev.verhulst.kernels.cuda.ptx.Operands.Source;
import java.util.Map;

/** Branches, and what the threads of a warp or a block do together. */
final class Control {

  private static final int WARP = 32;
  private static final long WHOLE_WARP = 0xffffffffL;

  private Control() {}

  /**
   * A branch.
   *
   * @param labels where the labels stand; complete when the kernel runs
   */
  static Operation branch(Operands operands, Map<String, Integer> labels) {
    String label = operands.text(0);
    return lane -> {
      Integer target = labels.get(label);
      if (target == null) {
        throw new PtxException("there is no label '" + label + "'");
      }
      lane.programCounter = target;
    };
  }

  /** The exchange of values with the lane whose number differs in the given bits. */
  static Operation shuffle(Opcode opcode, Operands operands) {
    if (!opcode.text().equals("shfl.sync.bfly.b32")) {
      throw opcode.unsupported();
    }
    String[] destinations = operands.text(0).split("\\|", -1);
    int d = operands.destination(destinations[0]);
    int valid = destinations.length > 1 ? operands.destination(destinations[1]) : -1;
    Source value = operands.source(1, PtxType.B32);
    Source bits = operands.source(2, PtxType.U32);
    Source clamp = operands.source(3, PtxType.U32);
    Source members = operands.source(4, PtxType.U32);
    return lane -> {
      if (clamp.get(lane) != WARP - 1 || members.get(lane) != WHOLE_WARP) {
        throw new PtxException("a shuffle among part of a warp is not supported");
      }
      int source = lane.thread % WARP ^ (int) bits.get(lane);
      lane.shuffle = new Lane.Shuffle(value.get(lane), source, d, valid);
    };
  }

  /** The barrier of the block. */
  static Operation barrier(Operands operands) {
    if (operands.count() != 1 || !operands.text(0).equals("0")) {
      throw new PtxException("only barrier 0 for all threads is supported");
    }
    return lane -> {};
  }
}
