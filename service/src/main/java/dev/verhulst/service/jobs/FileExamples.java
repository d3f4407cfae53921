package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.heads.data.Table;
import dev.verhulst.heads.data.TableFile;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Examples in a file.
 *
 * @param columns the names of the file's columns
 * @param labels the columns of labels; null where there is one of classes
 * @param classes the column of classes; null where there are labels
 * @param weight the column of weights; null where every row counts alike
 */
record FileExamples(
    TableFile file,
    List<String> columns,
    @Nullable List<String> labels,
    @Nullable String classes,
    @Nullable String weight) {

  /** The parameters that say so. */
  static final Set<String> PARAMETERS = Set.of("data", "labels", "classes", "weight");

  /** An array's own bytes, about. */
  private static final int ROW_OVERHEAD = 24;

  /**
   * @param file the file; its columns are looked at
   * @throws InferenceException of kind INVALID_ARGUMENT where the columns are not there
   */
  static FileExamples of(Path file, JobParameters parameters) {
    List<String> labels = parameters.texts("labels");
    String classes = parameters.text("classes");
    if ((labels == null) == (classes == null)) {
      throw invalidArgument(
          "a file needs either 'labels', the columns of 0 and 1, or 'classes', the column of"
              + " classes");
    }
    String weight = parameters.text("weight");
    TableFile table = new TableFile(file);
    List<String> columns = asked(table, TableFile::columns);
    List<String> named = new ArrayList<>(labels == null ? List.of() : labels);
    if (classes != null) {
      named.add(classes);
    }
    if (weight != null) {
      named.add(weight);
    }
    for (String name : named) {
      if (!columns.contains(name)) {
        throw invalidArgument("there is no column '%s'; there are %s".formatted(name, columns));
      }
    }
    if (new HashSet<>(named).size() < named.size() || named.size() >= columns.size()) {
      throw invalidArgument(
          "the labels, classes and weights are the columns %s of %s; expected each once, and at least one more, of features"
              .formatted(named, columns));
    }
    JobParameters.expectServable(columns);
    return new FileExamples(table, columns, labels, classes, weight);
  }

  /** What can be said of a table without reading it. */
  @FunctionalInterface
  private interface Question<T> {
    T of(TableFile file) throws IOException;
  }

  private static <T> T asked(TableFile file, Question<T> question) {
    try {
      return question.of(file);
    } catch (IllegalArgumentException e) {
      throw invalidArgument(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw invalidArgument("%s cannot be read: %s".formatted(file.path().getFileName(), e));
    }
  }

  /** How many columns are features. */
  int features() {
    return columns.size() - (labels == null ? 1 : labels.size()) - (weight == null ? 0 : 1);
  }

  /** How many rows there are at most. */
  int rows() {
    return Math.clamp(asked(file, TableFile::rows), 0, Integer.MAX_VALUE);
  }

  /** How many bytes the table takes, about. */
  long byteSize(int rows) {
    return rows * ((long) columns.size() * Double.BYTES + ROW_OVERHEAD);
  }

  /**
   * Reads them.
   *
   * @param monitor asked now and again whether to go on
   * @throws IllegalArgumentException where a value cannot be; the message names the line, or the
   *     column and the row
   */
  TrainingExamples read(JobMonitor monitor) throws IOException {
    Table table = file.read(monitor::expectWanted);
    if (labels != null) {
      return table.withLabels(labels, weight);
    }
    if (classes == null) {
      throw new IllegalStateException("this is a bug: neither labels nor classes");
    }
    TrainingExamples examples = table.withClasses(classes, weight);
    // The name of a class ends in its number.
    JobParameters.expectServable(examples.labelNames());
    return examples;
  }
}
