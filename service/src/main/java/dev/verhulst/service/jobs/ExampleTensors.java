package dev.verhulst.service.jobs;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.heads.training.FeatureRows;
import dev.verhulst.heads.training.TrainingExamples;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a request that hold examples: features, labels and, perhaps, weights.
 *
 * @param x the name of the tensor of features, [rows, features]
 * @param y that of labels, [rows] or [rows, labels]
 * @param weight that of weights, [rows]; null for none
 */
record ExampleTensors(
    JobTensors tensors,
    String x,
    String y,
    @Nullable String weight,
    JobTensors.Matrix featureShape,
    JobTensors.Matrix labelShape,
    List<String> featureNames,
    List<String> labelNames) {

  /** The parameters that name what they hold. */
  static final Set<String> PARAMETERS = Set.of("feature_names", "label_names");

  /**
   * Checks the tensors' shapes.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where they do not fit together
   */
  static ExampleTensors of(
      JobTensors tensors, String x, String y, @Nullable String weight, JobParameters parameters) {
    JobTensors.Matrix features = tensors.matrix(x, "[rows, features]");
    JobTensors.Matrix labels = tensors.matrix(y, "[rows] or [rows, labels]", features.rows());
    String present = weight != null && tensors.has(weight) ? weight : null;
    if (present != null && tensors.matrix(present, "[rows]", features.rows()).columns() != 1) {
      throw invalidArgument("input '%s' has several columns; expected [rows]".formatted(present));
    }
    return new ExampleTensors(
        tensors,
        x,
        y,
        present,
        features,
        labels,
        names(parameters.names("feature_names"), "feature_names", "x", features.columns()),
        names(parameters.names("label_names"), "label_names", "y", labels.columns()));
  }

  /** Names that are given, or made ones: {@code x0}, ...; {@code y} for a single label. */
  static List<String> names(
      @Nullable List<String> given, String parameter, String prefix, int count) {
    if (given == null) {
      return count == 1 && prefix.equals("y")
          ? List.of(prefix)
          : IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
    }
    if (given.size() != count) {
      throw invalidArgument(
          "parameter '%s' gives %d names; expected %d".formatted(parameter, given.size(), count));
    }
    return given;
  }

  int rows() {
    return featureShape.rows();
  }

  int features() {
    return featureShape.columns();
  }

  /** How many bytes the labels take as training wants them. */
  long labelBytes() {
    return (long) labelShape.rows() * labelShape.columns() * Double.BYTES;
  }

  /**
   * Takes the examples; their features stay where they are.
   *
   * @param inputs the elements of all tensors
   * @throws IllegalArgumentException where a number cannot be; the message names the row
   */
  TrainingExamples read(List<MemorySegment> inputs) {
    FeatureRows rows =
        FeatureRows.of(tensors.segment(x, inputs), tensors.dataType(), rows(), features());
    for (int row = 0; row < rows.rows(); row++) {
      rows.expectFinite(row, featureNames);
    }
    List<double[]> labels = tensors.columns(y, labelShape, inputs);
    if (weight == null) {
      return new TrainingExamples(rows, featureNames, labels, labelNames);
    }
    double[] weights = tensors.columns(weight, new JobTensors.Matrix(rows(), 1), inputs).getFirst();
    return new TrainingExamples(rows, featureNames, labels, labelNames, weights);
  }
}
