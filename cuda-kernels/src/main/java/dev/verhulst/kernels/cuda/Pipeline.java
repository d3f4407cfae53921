package dev.verhulst.kernels.cuda;

import java.util.function.Consumer;

/** The way of every call to the device: over as many idle streams as it has chunks. */
record Pipeline(CudaContext context, StreamPool streams) {

  /**
   * Gives the chunks of a call to the device, and returns when all of them are done. On a failure
   * too, nothing touches the caller's memory any more once this has thrown.
   *
   * @param chunks how many chunks there are, at least 1
   * @param chunked gives each of them to the next stream in turn
   */
  void run(int chunks, Consumer<StreamPool.Loan> chunked) {
    try (StreamPool.Loan loan = streams.borrow(chunks)) {
      context.run(
          () -> {
            try {
              chunked.accept(loan);
              loan.synchronize();
            } catch (RuntimeException | Error e) {
              loan.settle(e);
              throw e;
            }
          });
    }
  }
}
