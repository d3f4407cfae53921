package dev.verhulst.client.transport;

import java.util.concurrent.CompletableFuture;

/**
 * Whether anybody still wants the answer to a call. What an answer brings is written into the
 * caller's buffers while this is locked, and no more once it is lost: which it is before a caller
 * hears of a timeout.
 */
public final class Interest {

  private boolean lost;

  /** Nobody wants the answer any more; waits for what is being written. */
  public synchronized void lose() {
    lost = true;
  }

  /** Is lost where the answer fails. */
  public void loseWith(CompletableFuture<?> answer) {
    answer.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            lose();
          }
        });
  }

  /** Whether nobody wants it any more; asked with the lock held. */
  public synchronized boolean isLost() {
    return lost;
  }
}
