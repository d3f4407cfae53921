package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What must be gone once every device is closed. */
final class Leaks {

  private static final List<String> COUNTED =
      List.of(
          "device_allocations",
          "registrations",
          "unpinned_in_flight",
          "streams",
          "modules",
          "contexts",
          "forgotten",
          "current_contexts",
          "overruns");

  private Leaks() {}

  static void assertNone(FakeDriver driver) {
    Map<String, Long> left = new LinkedHashMap<>();
    for (String each : COUNTED) {
      if (driver.count(each) != 0) {
        left.put(each, driver.count(each));
      }
    }
    assertThat(left).as("what the closed devices left behind").isEmpty();
  }
}
