package dev.verhulst.service.jobs;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much a thread gives way to others. On Linux niceness belongs to a thread, and those that it
 * starts inherit it (setpriority(2), sched(7)); elsewhere it belongs to the process, and is left
 * alone.
 */
@SuppressWarnings("restricted") // A native call is what it is for.
final class Niceness {

  private static final Logger LOG = LoggerFactory.getLogger(Niceness.class);

  /** The calling thread, where the kernel's ids of processes are those of threads. */
  private static final int PRIO_PROCESS = 0;

  /**
   * A tenth of the usual share of a processor that others want, and all of one that nobody does.
   */
  private static final int NICE = 10;

  private Niceness() {}

  /** Lowers the share of the calling thread and of those that it will start. */
  static void lower() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return;
    }
    try {
      Optional<MemorySegment> function = Linker.nativeLinker().defaultLookup().find("setpriority");
      if (function.isPresent()) {
        MethodHandle setPriority =
            Linker.nativeLinker()
                .downcallHandle(
                    function.get(),
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT));
        int failed = (int) setPriority.invokeExact(PRIO_PROCESS, 0, NICE);
        LOG.debug("jobs run at niceness {}: {}", NICE, failed == 0);
      }
    } catch (Throwable e) {
      LOG.debug("jobs run at the usual priority", e);
    }
  }
}
