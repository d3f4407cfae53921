package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The records under {@code docs/gpu} against the PTX that ships. That kernels have not run on a
 * device since they last changed is no failure; that the documentation does not say so is one.
 * {@code -Dverhulst.docs=write} lets the test write what the documentation is to say.
 */
final class GpuRecordsTest {

  private static final Path DOCS = Path.of("..", "docs", "gpu");
  private static final Path README = DOCS.resolve("README.md");
  private static final String START = "<!-- what the records say; GpuRecordsTest writes it -->\n";
  private static final String END = "<!-- end of what the records say -->\n";

  /** What the driver for tests calls its GPU. */
  private static final String IMITATION = "Imitated GPU";

  @Test
  void theDocumentationSaysWhichShippedKernelsHaveNotRunOnADevice() throws IOException {
    String text = new DeviceRuns(records(), ShippedPtx.hashes()).text();
    System.out.println("The records under docs/gpu: " + text);
    String readme = Files.readString(README);
    int start = readme.indexOf(START);
    int end = readme.indexOf(END);
    assertThat(start).as("where the section starts in %s", README).isNotNegative();
    assertThat(end).as("where the section ends in %s", README).isGreaterThan(start);
    String expected =
        readme.substring(0, start + START.length()) + "\n" + text + "\n" + readme.substring(end);
    if (System.getProperty("verhulst.docs", "").equals("write")) {
      Files.writeString(README, expected);
    } else {
      assertThat(readme)
          .as("%s: run the test with -Dverhulst.docs=write and commit", README)
          .isEqualTo(expected);
    }
  }

  @Test
  void everyRecordIsThatOfARealDevice() throws IOException {
    records()
        .forEach(
            (name, record) -> {
              assertThat(record.device().name()).as(name).isNotBlank().isNotEqualTo(IMITATION);
              assertThat(record.ptx().keySet()).as(name).isEqualTo(record.ran().keySet());
              assertThat(record.steps()).as(name).isNotEmpty();
            });
  }

  private static SortedMap<String, GpuRecord> records() throws IOException {
    SortedMap<String, GpuRecord> records = new TreeMap<>();
    for (Path file : RecordFile.in(DOCS)) {
      records.put(file.getFileName().toString(), RecordFile.read(file));
    }
    return records;
  }
}
