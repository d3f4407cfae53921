package dev.verhulst.service.rest;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** The heap buffers of one request on its way: reused, so that requests leave no garbage behind. */
final class ExchangeBuffers implements AutoCloseable {

  /** How much of a JSON text is looked at at a time; shorter ones need no other memory. */
  static final int WINDOW = 16 * 1024;

  private static final int OUTPUT = 16 * 1024;

  private final BlockingQueue<ExchangeBuffers> pool;
  private final byte[] window = new byte[WINDOW];
  private final byte[] output = new byte[OUTPUT];
  private final FrameScanner scanner = new FrameScanner();
  private final LastHeader lastHeader = new LastHeader();
  private final NumberWriter numberWriter = new NumberWriter();

  private ExchangeBuffers(BlockingQueue<ExchangeBuffers> pool) {
    this.pool = pool;
  }

  /** Lends buffers, which come back when they are closed. */
  static final class Pool {

    private final BlockingQueue<ExchangeBuffers> idle;

    /**
     * @param size how many idle ones are kept, 35 KiB each
     */
    Pool(int size) {
      this.idle = new ArrayBlockingQueue<>(size);
    }

    ExchangeBuffers take() {
      ExchangeBuffers buffers = idle.poll();
      return buffers == null ? new ExchangeBuffers(idle) : buffers;
    }
  }

  /** Where a request's JSON is looked at. */
  byte[] window() {
    return window;
  }

  /** Where an answer's JSON is put together. */
  byte[] output() {
    return output;
  }

  FrameScanner scanner() {
    return scanner;
  }

  LastHeader lastHeader() {
    return lastHeader;
  }

  NumberWriter numberWriter() {
    return numberWriter;
  }

  @Override
  public void close() {
    pool.offer(this);
  }
}
