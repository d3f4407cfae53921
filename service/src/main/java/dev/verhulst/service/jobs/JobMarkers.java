package dev.verhulst.service.jobs;

import dev.verhulst.heads.model.ModelDirectoryWriter;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that outlive the server: one for each job that has not ended, {@code .jobs/ID.properties}
 * in the model repository. The server that has the job keeps its file locked, so that another one,
 * or a later one, can tell a job that is under way from one whose server is gone.
 */
final class JobMarkers {

  private static final Logger LOG = LoggerFactory.getLogger(JobMarkers.class);
  private static final String DIRECTORY = ".jobs";
  private static final String SUFFIX = ".properties";

  private final Path repository;
  private final InstantSource clock;

  JobMarkers(Path repository, InstantSource clock) {
    this.repository = repository;
    this.clock = clock;
  }

  /** The file of a job that has not ended. */
  static final class Marker {

    private final Path file;
    private final FileChannel channel;

    private Marker(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    /** Deletes it: the job has ended. */
    void delete() {
      try {
        Files.deleteIfExists(file);
        channel.close();
      } catch (IOException e) {
        LOG.warn("{} cannot be deleted: {}", file, e.toString());
      }
    }

    /** Leaves it where it is, for the next server to find. */
    void leave() {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.warn("{} cannot be closed: {}", file, e.toString());
      }
    }
  }

  /**
   * Marks a job as under way.
   *
   * @throws IOException where the repository cannot be written to
   */
  Marker mark(JobStatus job) throws IOException {
    Path directory = Files.createDirectories(repository.resolve(DIRECTORY));
    Path file = directory.resolve(job.id() + SUFFIX);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel);
      Properties properties = new Properties();
      properties.setProperty("kind", job.kind().name().toLowerCase(Locale.ROOT));
      properties.setProperty("model", job.model());
      properties.setProperty("created", job.created().toString());
      // Not closed: that would close the channel, and with it give the lock up.
      Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8);
      properties.store(writer, "A job that has not ended.");
      return new Marker(file, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The jobs whose server is gone; their files are deleted, and what they left half-written. */
  List<JobStatus> takeLost() throws IOException {
    List<JobStatus> lost = new ArrayList<>();
    Path directory = repository.resolve(DIRECTORY);
    if (!Files.isDirectory(directory)) {
      return lost;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        JobStatus job = takeLost(file);
        if (job != null) {
          lost.add(job);
          LOG.warn("Job {} on model {} is lost: {}", job.id(), job.model(), job.error());
          new ModelDirectoryWriter(repository).deleteUnfinished(job.model());
        }
      }
    }
    return lost;
  }

  private @Nullable JobStatus takeLost(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (lock(channel) == null) {
        return null;
      }
      Properties properties = new Properties();
      try (Reader reader = Channels.newReader(channel, StandardCharsets.UTF_8)) {
        properties.load(reader);
        Files.delete(file);
      }
      String name = file.getFileName().toString();
      return JobStatus.queued(
              name.substring(0, name.length() - SUFFIX.length()),
              JobKind.valueOf(properties.getProperty("kind", "").toUpperCase(Locale.ROOT)),
              properties.getProperty("model", ""),
              Instant.parse(properties.getProperty("created", "")))
          .unsuccessful(
              JobState.LOST,
              "the server stopped before the job had ended; nothing of it was saved: send it again",
              clock.instant());
    } catch (IllegalArgumentException | DateTimeException e) {
      LOG.warn("{} is no marker of a job: {}", file, e.toString());
      return null;
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
