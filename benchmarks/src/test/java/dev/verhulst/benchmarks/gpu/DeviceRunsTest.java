package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is said of the PTX that ships, for every state that the records can be in. */
final class DeviceRunsTest {

  private static final SortedMap<String, String> SHIPPED =
      new TreeMap<>(Map.of("relu.compute_80.ptx", "aa", "tanh.compute_80.ptx", "bb"));

  @Test
  void withoutARecordNothingHasRun() {
    DeviceRuns runs = new DeviceRuns(new TreeMap<>(), SHIPPED);
    assertThat(runs.notRun()).containsExactlyElementsOf(SHIPPED.keySet());
    assertThat(runs.text())
        .contains("No record is kept here yet")
        .contains("none of the 2 PTX files that ship has run on a device");
  }

  @Test
  void whatRanAsItShipsHasRun() {
    DeviceRuns runs = runs(Records.passed(SHIPPED));
    assertThat(runs.notRun()).isEmpty();
    assertThat(runs.text())
        .contains("All 2 PTX files that ship have run on a device as they are")
        .contains("Some GPU, 9.0");
  }

  @Test
  void whatChangedSinceItRanHasNotRun() {
    SortedMap<String, String> before = new TreeMap<>(SHIPPED);
    before.put("tanh.compute_80.ptx", "cc");
    DeviceRuns runs = runs(Records.passed(before));
    assertThat(runs.notRun()).containsExactly("tanh.compute_80.ptx");
    assertThat(runs.text())
        .contains("1 of the 2 PTX files")
        .contains("Changed since they ran, or wrong when they did: tanh.compute_80.ptx");
  }

  @Test
  void whatWasWrongOrLeftOutHasNotRun() {
    GpuRecord record = Records.passed(SHIPPED);
    record.ran().put("relu.compute_80.ptx", "1 of 12 kernels failed");
    record.ran().put("tanh.compute_80.ptx", "not run");
    DeviceRuns runs = runs(record);
    assertThat(runs.notRun()).containsExactlyElementsOf(SHIPPED.keySet());
    assertThat(runs.text())
        .contains("wrong when they did: relu.compute_80.ptx")
        .contains("Never ran: tanh.compute_80.ptx");
  }

  private static DeviceRuns runs(GpuRecord record) {
    return new DeviceRuns(new TreeMap<>(Map.of("a.json", record)), SHIPPED);
  }
}
