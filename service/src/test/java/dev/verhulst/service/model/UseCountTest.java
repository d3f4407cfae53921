package dev.verhulst.service.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UseCountTest {

  private final AtomicInteger freed = new AtomicInteger();
  private final UseCount uses = new UseCount(freed::incrementAndGet);

  @Test
  void nothingIsFreedBeforeItIsRetired() {
    assertThat(uses.begin()).isTrue();
    uses.end();
    assertThat(freed).hasValue(0);
    uses.retire();
    assertThat(freed).hasValue(1);
    assertThat(uses.begin()).as("too late").isFalse();
    assertThat(freed).hasValue(1);
  }

  @Test
  void whatIsRetiredIsFreedByTheLastWhoUsesIt() {
    assertThat(uses.begin()).isTrue();
    assertThat(uses.begin()).isTrue();
    uses.retire();
    uses.end();
    assertThat(freed).hasValue(0);
    assertThat(uses.begin()).as("who has found it may still begin").isTrue();
    uses.end();
    uses.end();
    assertThat(freed).hasValue(1);
  }

  @Test
  void whatHoldsNothingNeedsNoCounting() {
    UseCount.NOTHING.retire();
    assertThat(UseCount.NOTHING.begin()).isTrue();
    UseCount.NOTHING.end();
  }
}
