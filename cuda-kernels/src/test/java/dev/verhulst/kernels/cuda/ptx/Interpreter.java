package dev.verhulst.kernels.cuda.ptx;

import dev.verhulst.kernels.cuda.ptx.Lane.Block;
import dev.verhulst.kernels.cuda.ptx.Lane.State;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Runs kernels over simulated memory, block by block, thread by thread. */
public final class Interpreter {

  private static final int WARP = 32;

  private final DeviceMemory memory;
  private final Approximation approximation;

  /**
   * @param memory the device's memory
   * @param approximation what the approximate instructions give
   */
  public Interpreter(DeviceMemory memory, Approximation approximation) {
    this.memory = memory;
    this.approximation = approximation;
  }

  /**
   * Launches a kernel and waits for it.
   *
   * @param blocks how many blocks the grid has
   * @param threads how many threads a block has
   * @param arguments a Long for a pointer or a 64-bit integer, a Float, a Double
   * @throws PtxException where the arguments do not fit the kernel, or it does what it must not
   */
  public void launch(PtxKernel kernel, int blocks, int threads, Object... arguments) {
    IntStream.range(0, blocks)
        .forEach(block -> launchBlock(kernel, block, blocks, threads, arguments));
  }

  /** Launches one block of a grid, the others of which are not run. */
  public void launchBlock(
      PtxKernel kernel, int block, int blocks, int threads, Object... arguments) {
    if (threads < 1 || threads > kernel.maximumThreads()) {
      throw new PtxException(
          kernel.name() + " takes 1 to " + kernel.maximumThreads() + " threads, got " + threads);
    }
    ByteBuffer shared = ByteBuffer.allocate(kernel.sharedBytes()).order(ByteOrder.LITTLE_ENDIAN);
    Block context =
        new Block(
            block, blocks, threads, Arguments.of(kernel, arguments), shared, memory, approximation);
    Lane[] lanes =
        IntStream.range(0, threads)
            .mapToObj(thread -> new Lane(context, thread, kernel.registers()))
            .toArray(Lane[]::new);
    while (Arrays.stream(lanes).anyMatch(lane -> lane.state != State.DONE)) {
      for (Lane lane : lanes) {
        if (lane.state == State.READY) {
          run(kernel, lane);
        }
      }
      if (!shuffle(kernel, lanes) && !passBarrier(lanes) && !allDone(lanes)) {
        throw new PtxException(
            kernel.name() + ": block " + block + " waits for threads that will never come");
      }
    }
  }

  /** Runs a thread until it has to wait for others. */
  private static void run(PtxKernel kernel, Lane lane) {
    List<Instruction> code = kernel.code();
    while (lane.state == State.READY) {
      Instruction instruction = code.get(lane.programCounter++);
      if (instruction.predicate() >= 0
          && (lane.registers[instruction.predicate()] != 0) == instruction.negated()) {
        continue;
      }
      try {
        instruction.operation().execute(lane);
      } catch (PtxException e) {
        throw new PtxException(
            kernel.name() + ", " + lane + ", '" + instruction.text() + "': " + e.getMessage(), e);
      }
      switch (instruction.kind()) {
        case PLAIN -> {}
        case SHUFFLE -> lane.state = State.SHUFFLE;
        case BARRIER -> lane.state = State.BARRIER;
        case RETURN -> lane.state = State.DONE;
      }
    }
  }

  /** Exchanges values in every warp whose threads all wait for it; whether there was one. */
  private static boolean shuffle(PtxKernel kernel, Lane[] lanes) {
    boolean any = false;
    for (int first = 0; first < lanes.length; first += WARP) {
      Lane[] warp = Arrays.copyOfRange(lanes, first, Math.min(first + WARP, lanes.length));
      long waiting = Arrays.stream(warp).filter(lane -> lane.state == State.SHUFFLE).count();
      if (waiting == 0) {
        continue;
      }
      int place = warp[0].programCounter;
      boolean together = Arrays.stream(warp).allMatch(lane -> lane.programCounter == place);
      if (waiting < WARP || !together) {
        throw new PtxException(kernel.name() + ": a shuffle that not all 32 lanes take part in");
      }
      exchange(warp);
      any = true;
    }
    return any;
  }

  private static void exchange(Lane[] warp) {
    Lane.Shuffle[] shuffles = new Lane.Shuffle[WARP];
    for (int i = 0; i < WARP; i++) {
      Lane.Shuffle shuffle = warp[i].shuffle;
      if (shuffle == null) {
        throw new IllegalStateException("this is a bug: a lane waits for no shuffle");
      }
      shuffles[i] = shuffle;
    }
    for (int i = 0; i < WARP; i++) {
      Lane.Shuffle shuffle = shuffles[i];
      boolean valid = shuffle.source() < WARP;
      warp[i].registers[shuffle.destination()] = shuffles[valid ? shuffle.source() : i].value();
      if (shuffle.valid() >= 0) {
        warp[i].registers[shuffle.valid()] = valid ? 1 : 0;
      }
      warp[i].state = State.READY;
    }
  }

  private static boolean passBarrier(Lane[] lanes) {
    if (!Arrays.stream(lanes).allMatch(lane -> lane.state == State.BARRIER)) {
      return false;
    }
    for (Lane lane : lanes) {
      lane.state = State.READY;
    }
    return true;
  }

  private static boolean allDone(Lane[] lanes) {
    return Arrays.stream(lanes).allMatch(lane -> lane.state == State.DONE);
  }
}
