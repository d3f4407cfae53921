package dev.verhulst.service.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void countsItsElements() {
    assertThat(Shape.of().elements()).isEqualTo(1);
    assertThat(Shape.of(7).elements()).isEqualTo(7);
    assertThat(Shape.of(2, 3, 4).elements()).isEqualTo(24);
    assertThat(Shape.of(1L << 31, 1L << 31).elements()).isEqualTo(1L << 62);
    assertThat(Shape.of(Long.MAX_VALUE, Long.MAX_VALUE, 0).elements()).isZero();
    assertThat(Shape.of(Long.MAX_VALUE, 1).elements()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void knowsItsEnds() {
    assertThat(Shape.of().firstDimension()).isEqualTo(1);
    assertThat(Shape.of().lastDimension()).isEqualTo(1);
    assertThat(Shape.of(2, 3, 4).firstDimension()).isEqualTo(2);
    assertThat(Shape.of(2, 3, 4).lastDimension()).isEqualTo(4);
    assertThat(Shape.of(2, 3, 4)).hasToString("[2,3,4]").isEqualTo(Shape.of(2, 3, 4));
  }

  @Test
  void countsBatchItemsByTheFirstDimension() {
    assertThat(Shape.of(2, 3).batchSize()).isEqualTo(2);
    assertThat(Shape.of().batchSize()).isEqualTo(1);
    assertThat(Shape.of(0, 3).batchSize()).isEqualTo(1);
    assertThat(Shape.of(Long.MAX_VALUE, 0).batchSize()).as("empty").isEqualTo(1);
  }

  @Test
  void refusesWhatOverflows() {
    for (long[] dimensions :
        new long[][] {
          {16, (1L << 60) + 2}, {1L << 32, 1L << 31}, {1L << 63 >>> 1, 2}, {Long.MAX_VALUE, 3, 5}
        }) {
      assertThatThrownBy(() -> Shape.of(dimensions))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("more elements than any tensor can hold");
    }
    assertThatThrownBy(() -> Shape.of(0, -1)).hasMessageContaining("negative dimension");
  }
}
