package dev.verhulst.kernels.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The classes of the JDK that must be loaded before a loop is compiled. The JIT compiler builds on
 * what is loaded: as long as there is no heap segment, say, every segment is native. When the first
 * one comes, anywhere in the process, all loops compiled until then are thrown away, and are slow
 * until they are compiled again.
 */
final class LoadedClasses {

  private LoadedClasses() {}

  /** Loads them. */
  static void load() {
    MemorySegment.ofArray(new byte[1]).get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0);
    FloatVector floats = FloatVector.zero(FloatVector.SPECIES_PREFERRED);
    IntVector ints = floats.reinterpretAsInts();
    DoubleVector doubles = floats.reinterpretAsDoubles();
    VectorMask<Float> floatMask = floats.compare(VectorOperators.EQ, 0);
    VectorMask<Integer> intMask = ints.compare(VectorOperators.EQ, 0);
    VectorMask<Short> shortMask = ints.reinterpretAsShorts().compare(VectorOperators.EQ, 0);
    VectorMask<Double> doubleMask = doubles.compare(VectorOperators.EQ, 0);
    VectorSpecies<Long> longs =
        DoubleVector.SPECIES_PREFERRED.withLanes(long.class).check(long.class);
    VectorMask<Long> longMask = doubleMask.cast(longs);
    if (!floatMask.allTrue() || !intMask.allTrue() || !shortMask.allTrue() || !longMask.allTrue()) {
      throw new IllegalStateException("this is a bug: 0 is not equal to 0");
    }
  }
}
