package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The FP64 peak of GPUs, against what NVIDIA states of them. */
final class Fp64PeakTest {

  /** Two operations for a fused multiply-add; the data sheets give TFLOP/s at the boost clock. */
  @ParameterizedTest
  @CsvSource({"80,108,1410,9.7", "90,132,1980,33.5", "75,40,1590,0.25", "89,142,2520,1.43"})
  void isThatOfTheDataSheet(
      int computeCapability, int multiprocessors, int clockMegahertz, double teraflops) {
    Fp64Peak peak =
        new Fp64Peak(
            multiprocessors,
            Fp64Peak.perMultiprocessorAndClock(computeCapability),
            1000 * clockMegahertz);
    assertThat(2e-12 * peak.instructionsPerSecond()).isCloseTo(teraflops, within(0.06));
  }

  @Test
  void isNotGuessedForAnUnknownComputeCapability() {
    assertThat(Fp64Peak.perMultiprocessorAndClock(999)).isZero();
  }
}
