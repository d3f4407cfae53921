package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RowPlanTest {

  @Test
  void takesWholeRowsWhereTheyFit() {
    assertThat(RowPlan.of(12, 3, 7))
        .containsExactly(new RowPlan(0, 6, 0, 3), new RowPlan(6, 6, 0, 3));
  }

  @Test
  void cutsRowsThatDoNotFit() {
    assertThat(RowPlan.of(10, 5, 3))
        .containsExactly(
            new RowPlan(0, 3, 0, 3),
            new RowPlan(3, 2, 3, 2),
            new RowPlan(5, 3, 0, 3),
            new RowPlan(8, 2, 3, 2));
  }

  @Test
  void reachesBeyondTwoToTheThirtyOne() {
    List<RowPlan> plan = RowPlan.of(1L << 33, 1L << 32, 1L << 20);
    assertThat(plan).hasSize(1 << 13);
    assertThat(plan.getLast())
        .isEqualTo(
            new RowPlan((1L << 33) - (1L << 20), 1L << 20, (1L << 32) - (1L << 20), 1L << 20));
  }

  /** Element i of a chunk meets value (column + i mod columns) of the vector: its own column. */
  @Property(tries = 300)
  void givesEveryElementItsColumn(
      @ForAll @IntRange(min = 0, max = 30) int rows,
      @ForAll @IntRange(min = 1, max = 60) int columns,
      @ForAll @IntRange(min = 1, max = 100) int limit) {
    long next = 0;
    for (RowPlan chunk : RowPlan.of((long) rows * columns, columns, limit)) {
      assertThat(chunk.start()).isEqualTo(next);
      assertThat(chunk.length()).isBetween(1L, (long) limit);
      assertThat(chunk.columns()).isLessThanOrEqualTo(limit);
      for (long i = 0; i < chunk.length(); i++) {
        assertThat(chunk.column() + i % chunk.columns()).isEqualTo((chunk.start() + i) % columns);
      }
      next += chunk.length();
    }
    assertThat(next).isEqualTo((long) rows * columns);
  }
}
