package dev.verhulst.benchmarks.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Records as files of JSON. */
final class RecordFile {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private RecordFile() {}

  /** Writes a record in one go, so that whoever reads finds an old one or a new one. */
  static void write(GpuRecord record, Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path part = Files.createTempFile(directory, "record", ".part");
    // A line for each row, which a reader of a diff is thankful for.
    String text = JSON.writeValueAsString(record).replace("},{", "},\n{").replace(":[{", ":[\n{");
    Files.writeString(part, text + "\n");
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Reads a record.
   *
   * @throws IOException where it is none of this format
   */
  static GpuRecord read(Path file) throws IOException {
    GpuRecord record;
    try {
      record = JSON.readValue(Files.readString(file), GpuRecord.class);
    } catch (tools.jackson.core.JacksonException e) {
      throw new IOException(file + " is no record of the rig: " + e.getOriginalMessage(), e);
    }
    if (record.format() != GpuRecord.FORMAT) {
      throw new IOException(
          "%s has format %d, expected %d".formatted(file, record.format(), GpuRecord.FORMAT));
    }
    return record;
  }

  /** The records of a directory, by name. */
  static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }
}
