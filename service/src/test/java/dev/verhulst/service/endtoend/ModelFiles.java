package dev.verhulst.service.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model repository that a test writes. */
record ModelFiles(Path root) {

  /** Writes a model's configuration, and makes directories for its versions. */
  ModelFiles model(String name, String configuration, int... versions) {
    try {
      Path directory = Files.createDirectories(root.resolve(name));
      Files.writeString(directory.resolve("config.yaml"), configuration);
      for (int version : versions) {
        Files.createDirectories(directory.resolve(Integer.toString(version)));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String setting() {
    return "--verhulst.model-repository=" + root;
  }
}
