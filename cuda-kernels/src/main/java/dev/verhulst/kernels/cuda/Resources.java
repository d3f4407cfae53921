package dev.verhulst.kernels.cuda;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What was acquired, given back in reverse order, all of it, whatever fails on the way. */
final class Resources implements AutoCloseable {

  private final Deque<Runnable> releases = new ArrayDeque<>();

  void onClose(Runnable release) {
    releases.push(release);
  }

  @Override
  public void close() {
    @Nullable RuntimeException failure = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Gives everything back because of a failure, which is what the caller is to hear of. */
  <E extends Throwable> E closeAfter(E failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }
}
