package dev.verhulst.kernels.cpu;

import static dev.verhulst.kernels.cpu.NativeMemory.EVERYTHING;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.HeadParameters;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;

/**
 * A head's numbers in the order in which its loops read them, in FP32 or FP64.
 *
 * <p>Few labels lie row by row for {@link DotLoop}, each row padded with zeros to whole vectors.
 * Many lie in vectors of labels for {@link ProductLoop}: for each feature the weights of a vector's
 * labels, the last vector padded with zeros. A panel is the vectors that one tile takes: each is a
 * stream of its own, so that the processor fetches several ahead where weights come from afar.
 */
final class PackedWeights implements AutoCloseable {

  /** Below it dot products are the faster way, and up to twice as many with many features. */
  private static final int FEW_LABELS = 9;

  private static final int MANY_FEATURES = 128;

  /** So many bytes of a row's features are added up before the next panel. */
  private static final int PART_BYTES = 4096;

  private final DataType dataType;
  private final int labels;
  private final int features;
  private final int lanes;
  private final boolean byDots;
  private final int parts;
  private final long paddedLabels;
  private final long paddedFeatures;
  private final CpuHostBuffer buffer;

  PackedWeights(HeadParameters parameters, DataType dataType) {
    this.dataType = dataType;
    labels = parameters.labels();
    features = parameters.features();
    lanes =
        dataType == DataType.FP64
            ? DoubleVector.SPECIES_PREFERRED.length()
            : FloatVector.SPECIES_PREFERRED.length();
    byDots = labels < FEW_LABELS || (labels < 2 * FEW_LABELS && features >= MANY_FEATURES);
    parts = Math.max(1, Math.round(features * (float) dataType.byteSize() / PART_BYTES));
    paddedLabels = (long) vectors(labels) * lanes;
    paddedFeatures = Math.ceilDiv(features, lanes) * (long) lanes;
    long elements = weightElements() + 3 * paddedLabels + panelWidth();
    buffer = new CpuHostBuffer(elements * dataType.byteSize());
    NativeMemory.preferLargePages(buffer.segment());
    buffer.segment().fill((byte) 0);
    for (int label = 0; label < labels; label++) {
      for (int feature = 0; feature < features; feature++) {
        set(position(label, feature), parameters.weights()[label * features + feature]);
      }
      set(weightElements() + label, parameters.bias()[label]);
      set(weightElements() + paddedLabels + label, parameters.slopes()[label]);
      set(weightElements() + 2 * paddedLabels + label, parameters.shifts()[label]);
    }
  }

  private long weightElements() {
    return byDots ? labels * paddedFeatures : paddedLabels * features;
  }

  private long position(int label, int feature) {
    if (byDots) {
      return label * paddedFeatures + feature;
    }
    int inVector = label % lanes;
    return (long) (label - inVector) * features + (long) feature * lanes + inVector;
  }

  private void set(long position, double value) {
    long address = buffer.segment().address() + position * dataType.byteSize();
    if (dataType == DataType.FP64) {
      EVERYTHING.set(ValueLayout.JAVA_DOUBLE, address, value);
    } else {
      EVERYTHING.set(ValueLayout.JAVA_FLOAT, address, (float) value);
    }
  }

  DataType dataType() {
    return dataType;
  }

  int labels() {
    return labels;
  }

  int features() {
    return features;
  }

  /** Whether they are packed for {@link DotLoop}. */
  boolean byDots() {
    return byDots;
  }

  /** Whether they are packed for {@link ShortDots}, which {@link DotLoop} could take as well. */
  boolean byShortDots() {
    return byDots && features <= ShortDots.VECTORS * lanes;
  }

  /** Whether they are packed for {@link NarrowProduct}, which tiles could take as well. */
  boolean isNarrow() {
    return !byDots && dataType == DataType.FP32 && labels <= lanes;
  }

  /** How many labels a panel has, the last one aside. */
  int panelWidth() {
    return ProductLoop.VECTORS * lanes;
  }

  /** How many vectors the widest panel has. */
  int panelVectors() {
    return Math.min(vectors(labels), ProductLoop.VECTORS);
  }

  /** How many labels a vector has. */
  int lanes() {
    return lanes;
  }

  /** How many vectors some labels take. */
  int vectors(int labelCount) {
    return Math.ceilDiv(labelCount, lanes);
  }

  /** How many bytes a vector has. */
  int vectorBytes() {
    return lanes * dataType.byteSize();
  }

  /** In how many parts features are taken where labels lie in vectors. */
  int parts() {
    return parts;
  }

  /** The first feature of a part; that of the part after the last one is the end. */
  int firstFeature(int part) {
    return (int) ((long) features * part / parts);
  }

  /** How many bytes of weights a panel has in a part. */
  long panelBytes() {
    return (long) features * panelWidth() * dataType.byteSize() / parts;
  }

  /** The address of the weights of the vector that begins at a label, from a feature on. */
  long vector(int firstLabel, int feature) {
    return buffer.segment().address()
        + ((long) firstLabel * features + (long) feature * lanes) * dataType.byteSize();
  }

  /** How many bytes lie between the weights of two vectors. */
  long vectorStride() {
    return (long) features * vectorBytes();
  }

  /** The address of a label's weights, where they lie row by row. */
  long row(int label) {
    return buffer.segment().address() + label * rowBytes();
  }

  /** How many bytes lie between two labels' weights, where they lie row by row. */
  long rowBytes() {
    return paddedFeatures * dataType.byteSize();
  }

  /** The address of a label's bias. */
  long bias(int label) {
    return buffer.segment().address() + (weightElements() + label) * dataType.byteSize();
  }

  /** The address of a label's slope. */
  long slope(int label) {
    return bias(label) + paddedLabels * dataType.byteSize();
  }

  /** The address of a label's shift. */
  long shift(int label) {
    return slope(label) + paddedLabels * dataType.byteSize();
  }

  /** The address of a panel's width of zeros. */
  long zeros() {
    return shift(0) + paddedLabels * dataType.byteSize();
  }

  @Override
  public void close() {
    buffer.close();
  }
}
