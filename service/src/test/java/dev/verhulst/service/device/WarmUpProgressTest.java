package dev.verhulst.service.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The decision, from literal speeds in nanoseconds per element. */
class WarmUpProgressTest {

  private final WarmUpProgress progress = new WarmUpProgress(8);

  @Test
  void aKernelIsFastOnceItRunsSteadilyAtTheSpeedOfCompiledCode() {
    assertThat(feed(900, 300, 40, 0.5, 0.3, 0.29, 0.31)).isFalse();
    assertThat(feed(0.3)).isTrue();
  }

  @Test
  void aPlateauOfInterpretedCodeIsNotFast() {
    assertThat(feed(300, 300, 300, 300, 300, 300)).isFalse();
  }

  @Test
  void aJumpInSpeedBeginsAnew() {
    assertThat(feed(7, 7, 7, 0.3, 0.3, 0.3)).isFalse();
    assertThat(feed(0.3)).isTrue();
  }

  @Test
  void aDisturbedRoundDoesNotCount() {
    assertThat(feed(0.3, 0.3, 0.3, 5, 5)).isFalse();
    assertThat(feed(0.3)).isTrue();
  }

  @Test
  void aRoundOnAMachineThatWasFasterForAMomentIsForgotten() {
    assertThat(feed(0.4, 0.9, 0.9, 0.9, 0.9, 0.9)).isFalse();
    assertThat(feed(0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9)).isFalse();
    assertThat(feed(0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9)).isTrue();
  }

  private boolean feed(double... speeds) {
    boolean fast = false;
    for (double speed : speeds) {
      fast = progress.add(speed);
    }
    return fast;
  }
}
