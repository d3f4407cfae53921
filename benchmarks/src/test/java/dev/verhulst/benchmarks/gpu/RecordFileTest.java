package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordFileTest {

  @TempDir private Path directory;

  @Test
  void readsWhatItWrote() throws IOException {
    GpuRecord record = Records.passed(new TreeMap<>(Map.of("relu.compute_80.ptx", "aa")));
    Path file = directory.resolve("record.json");
    RecordFile.write(record, file);
    RecordFile.write(record, file);
    assertThat(RecordFile.read(file)).isEqualTo(record);
    assertThat(RecordFile.in(directory)).containsExactly(file);
    try (var files = Files.list(directory)) {
      assertThat(files).as("no part of a file is left").containsExactly(file);
    }
  }

  @Test
  void refusesWhatIsNoRecord() throws IOException {
    Path file = directory.resolve("record.json");
    Files.writeString(file, "{\"format\": 1}");
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " is no record of the rig: ");
  }

  @Test
  void refusesAnotherFormat() throws IOException {
    Path file = directory.resolve("record.json");
    RecordFile.write(Records.passed(new TreeMap<>()), file);
    Files.writeString(file, Files.readString(file).replaceFirst("\"format\":1", "\"format\":7"));
    assertThatThrownBy(() -> RecordFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " has format 7, expected 1");
  }
}
