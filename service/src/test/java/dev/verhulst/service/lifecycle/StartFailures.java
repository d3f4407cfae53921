package dev.verhulst.service.lifecycle;

import org.jspecify.annotations.Nullable;

/** Lets tests of other packages see what the reporter would say. */
public final class StartFailures {

  private StartFailures() {}

  /** The one line, or null where the failure is a bug. */
  public static @Nullable String reason(Throwable failure) {
    return StartFailureReporter.reason(failure);
  }
}
