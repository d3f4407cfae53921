package dev.verhulst.heads.head;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.Isotonic;
import dev.verhulst.heads.calibration.Platt;
import dev.verhulst.heads.calibration.Temperature;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.heads.safetensors.SafeTensors;
import dev.verhulst.heads.safetensors.SafeTensorsException;
import dev.verhulst.heads.safetensors.SafeTensorsWriter;
import dev.verhulst.heads.safetensors.TensorInfo;
import dev.verhulst.heads.safetensors.TensorNumbers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A head as a safetensors file.
 *
 * <pre>
 * weight              [labels, features]; [features] for one label
 * bias                [labels]; 0 where there is none
 * mean, scale         [features], optional: the standardisation
 * thresholds          [labels], optional
 * platt               [labels, 2], optional: A and B of each label
 * temperature         [labels], optional
 * isotonic.0, ...     [2, knots], optional, one for each label: scores, then probabilities
 * </pre>
 */
public final class HeadFile {

  private static final String ISOTONIC = "isotonic.";
  private static final List<String> TENSORS =
      List.of("weight", "bias", "mean", "scale", "thresholds", "platt", "temperature");

  private HeadFile() {}

  /**
   * Reads a head.
   *
   * @throws SafeTensorsException where the file is no head; the message says why
   */
  public static HeadModel read(Path file) throws IOException, SafeTensorsException {
    try (SafeTensors tensors = SafeTensors.open(file)) {
      return read(tensors, file);
    }
  }

  private static HeadModel read(SafeTensors tensors, Path file) throws SafeTensorsException {
    try {
      return read(tensors);
    } catch (IllegalArgumentException | SafeTensorsException e) {
      throw new SafeTensorsException(file.getFileName() + ": " + e.getMessage());
    }
  }

  private static HeadModel read(SafeTensors tensors) throws SafeTensorsException {
    TensorInfo weight = tensors.info("weight");
    for (String name : tensors.names()) {
      // What is misspelt would otherwise be left out without a word.
      if (!TENSORS.contains(name) && !name.matches("isotonic\\.\\d+")) {
        throw new SafeTensorsException(
            "there is a tensor '%s'; a head has no other than %s and isotonic.0, isotonic.1, ..."
                .formatted(name, String.join(", ", TENSORS)));
      }
    }
    List<Long> shape = weight.shape();
    if (shape.isEmpty() || shape.size() > 2) {
      throw new SafeTensorsException(
          "weight has the shape %s; expected [labels, features]".formatted(shape));
    }
    long labels = shape.size() == 2 ? shape.getFirst() : 1;
    long features = shape.getLast();
    if (labels < 1 || features < 1 || labels > Integer.MAX_VALUE / features) {
      throw new SafeTensorsException(
          "weight has the shape %s; expected at least one element and fewer than 2^31"
              .formatted(shape));
    }
    double[] bias = optional(tensors, "bias", labels);
    return new HeadModel(
        (int) features,
        (int) labels,
        weight.type(),
        TensorNumbers.read(tensors, "weight"),
        bias == null ? new double[(int) labels] : bias,
        optional(tensors, "mean", features),
        optional(tensors, "scale", features),
        calibrations(tensors, (int) labels),
        optional(tensors, "thresholds", labels));
  }

  private static double @Nullable [] optional(SafeTensors tensors, String name, long... shape)
      throws SafeTensorsException {
    if (!tensors.names().contains(name)) {
      return null;
    }
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (!tensors.info(name).shape().equals(expected)) {
      throw new SafeTensorsException(
          "%s has the shape %s; expected %s".formatted(name, tensors.info(name).shape(), expected));
    }
    return TensorNumbers.read(tensors, name);
  }

  private static @Nullable List<Calibration> calibrations(SafeTensors tensors, int labels)
      throws SafeTensorsException {
    double[] platt = optional(tensors, "platt", labels, 2);
    double[] temperature = optional(tensors, "temperature", labels);
    boolean isotonic = tensors.names().stream().anyMatch(name -> name.startsWith(ISOTONIC));
    if ((platt == null ? 0 : 1) + (temperature == null ? 0 : 1) + (isotonic ? 1 : 0) > 1) {
      throw new SafeTensorsException("there are calibrations of several kinds; expected one");
    }
    List<Calibration> calibrations = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      if (platt != null) {
        calibrations.add(new Platt(platt[2 * label], platt[2 * label + 1]));
      } else if (temperature != null) {
        calibrations.add(new Temperature(temperature[label]));
      } else if (isotonic) {
        String name = ISOTONIC + label;
        double[] knots = TensorNumbers.read(tensors, name);
        int count = knots.length / 2;
        if (!tensors.info(name).shape().equals(List.of(2L, (long) count))) {
          throw new SafeTensorsException(
              "%s has the shape %s; expected [2, knots]"
                  .formatted(name, tensors.info(name).shape()));
        }
        calibrations.add(
            new Isotonic(Arrays.copyOf(knots, count), Arrays.copyOfRange(knots, count, 2 * count)));
      }
    }
    return calibrations.isEmpty() ? null : calibrations;
  }

  /**
   * Writes a head; its weights as F32 or F64, all else as F64.
   *
   * @param metadata what the file is to say about itself
   */
  public static void write(HeadModel head, Map<String, String> metadata, Path file)
      throws IOException {
    long labels = head.labels();
    long features = head.features();
    ElementType type = head.type() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
    SafeTensorsWriter writer = new SafeTensorsWriter();
    metadata.forEach(writer::metadata);
    writer.tensor("weight", type, List.of(labels, features), head.weights());
    add(writer, "bias", head.bias(), labels);
    add(writer, "mean", head.mean(), features);
    add(writer, "scale", head.scale(), features);
    add(writer, "thresholds", head.thresholds(), labels);
    List<? extends Calibration> calibrations = head.calibrations();
    if (calibrations != null) {
      addCalibrations(writer, calibrations);
    }
    writer.write(file);
  }

  private static void add(
      SafeTensorsWriter writer, String name, double @Nullable [] values, long size) {
    if (values != null) {
      writer.tensor(name, ElementType.F64, List.of(size), values);
    }
  }

  private static void addCalibrations(
      SafeTensorsWriter writer, List<? extends Calibration> calibrations) {
    int labels = calibrations.size();
    double[] platt = new double[2 * labels];
    double[] temperatures = new double[labels];
    for (int label = 0; label < labels; label++) {
      switch (calibrations.get(label)) {
        case Platt(double a, double b) -> {
          platt[2 * label] = a;
          platt[2 * label + 1] = b;
        }
        case Temperature(double temperature) -> temperatures[label] = temperature;
        case Isotonic(double[] scores, double[] probabilities) -> {
          double[] knots = Arrays.copyOf(scores, 2 * scores.length);
          System.arraycopy(probabilities, 0, knots, scores.length, scores.length);
          writer.tensor(
              ISOTONIC + label, ElementType.F64, List.of(2L, (long) scores.length), knots);
        }
      }
    }
    switch (calibrations.getFirst()) {
      case Platt _ -> writer.tensor("platt", ElementType.F64, List.of((long) labels, 2L), platt);
      case Temperature _ -> add(writer, "temperature", temperatures, labels);
      case Isotonic _ -> {}
    }
  }
}
