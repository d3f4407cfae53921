package dev.verhulst.client.transport;

/**
 * Whether anybody still wants the answer to a call. What an answer brings is written into the
 * caller's buffers while this is locked, and before the caller knows that the call has failed it is
 * lost: nothing is written after that.
 */
public final class Interest {

  private boolean lost;

  /** Nobody wants the answer any more; waits for what is being written. */
  public synchronized void lose() {
    lost = true;
  }

  /** Whether nobody wants it any more; asked with the lock held. */
  public synchronized boolean isLost() {
    return lost;
  }
}
