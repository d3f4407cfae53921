package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The service is ready soon, with the kernels that it must not be ready without fast. */
class StartTimeIT {

  private static final double MOST_SECONDS = 5;
  private static final int ATTEMPTS = 5;
  private static final Pattern REPORTED = Pattern.compile("Ready after ([0-9.]+) s on ");

  /**
   * The best of several starts, each in a quiet moment if there is one: the machine may be busy.
   */
  @Test
  void itIsReadyAndWarmWithinFiveSeconds() {
    List<Double> seconds = new ArrayList<>();
    while (seconds.isEmpty() || seconds.getLast() > MOST_SECONDS && seconds.size() < ATTEMPTS) {
      awaitQuiet();
      try (ServiceProcess service = ServiceProcess.start()) {
        service.await("the time of the start", () -> REPORTED.matcher(service.output()).find());
        seconds.add(reportedSeconds(service.output()));
      }
    }
    assertThat(seconds).as("seconds from start to ready").anyMatch(each -> each <= MOST_SECONDS);
  }

  /** A start whose warm-up was given up for slow does not count. */
  private static double reportedSeconds(String output) {
    Matcher reported = REPORTED.matcher(output);
    assertThat(reported.find()).isTrue();
    return output.contains("Not fast yet")
        ? Double.POSITIVE_INFINITY
        : Double.parseDouble(reported.group(1));
  }

  /** Waits until the machine is mostly idle, for twenty seconds at most. */
  private static void awaitQuiet() {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long deadline = System.nanoTime() + 20_000_000_000L;
    machine.getCpuLoad();
    do {
      for (int i = 0; i < 50; i++) {
        ServiceProcess.pause();
      }
    } while (machine.getCpuLoad() > 0.2 && System.nanoTime() - deadline < 0);
  }
}
