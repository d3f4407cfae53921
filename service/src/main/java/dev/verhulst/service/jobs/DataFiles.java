package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files that jobs may name: those of one directory, and nothing that leads out of it. */
final class DataFiles {

  private final @Nullable Path directory;

  /**
   * @param directory null where jobs may name none
   */
  DataFiles(@Nullable Path directory) {
    this.directory = directory;
  }

  /**
   * The file of that name.
   *
   * @param name a path relative to the directory
   * @throws InferenceException of kind INVALID_ARGUMENT where there is none, or it lies elsewhere
   */
  Path resolve(String name) {
    if (directory == null) {
      throw invalidArgument(
          "this server reads no files for jobs: its setting verhulst.jobs.data-directory says where"
              + " they would be; send tensors");
    }
    try {
      Path root = directory.toRealPath();
      Path named = root.resolve(name).normalize();
      // Before the file is looked at: what lies outside is nobody's to ask for.
      if (!named.startsWith(root) || !exists(named, name).toRealPath().startsWith(root)) {
        throw invalidArgument("'%s' leads out of the data directory".formatted(name));
      }
      return named.toRealPath();
    } catch (InvalidPathException | IOException e) {
      throw noFile(name);
    }
  }

  private static Path exists(Path file, String name) {
    if (!Files.isRegularFile(file)) {
      throw noFile(name);
    }
    return file;
  }

  private static InferenceException noFile(String name) {
    return invalidArgument("there is no file '%s' in the data directory".formatted(name));
  }
}
