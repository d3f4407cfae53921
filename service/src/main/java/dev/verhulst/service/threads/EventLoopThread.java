package dev.verhulst.service.threads;

import org.jspecify.annotations.Nullable;

/**
 * A thread that runs an event loop, and short requests of its connections within it. Such a request
 * costs no switch of threads; but while it waits, so does every connection of the loop. So whatever
 * is about to wait, or to work for long, says so first, and another thread goes on with the loop.
 */
public final class EventLoopThread extends Thread {

  private @Nullable Runnable successor;

  /**
   * @param task what the thread runs
   */
  public EventLoopThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }

  /**
   * Has the loop of the current thread go on without it, so that the thread may wait. On every
   * other thread, and where the loop goes on already, this does nothing.
   */
  public static void leaveLoop() {
    if (Thread.currentThread() instanceof EventLoopThread thread && thread.successor != null) {
      Runnable successor = thread.successor;
      thread.successor = null;
      successor.run();
    }
  }

  /**
   * Notes that this thread, the current one, runs a loop from now on.
   *
   * @param successor has another thread go on with the loop
   */
  public void runsLoop(Runnable successor) {
    this.successor = successor;
  }
}
