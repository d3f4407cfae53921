package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.cuda.GatherPlan.Chunk;
import dev.verhulst.kernels.cuda.GatherPlan.Piece;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class GatherPlanTest {

  @Test
  void gathersSmallTensorsInOneChunk() {
    assertThat(GatherPlan.of(new long[] {3, 0, 64, 5}, 64, 512))
        .containsExactly(
            new Chunk(
                List.of(new Piece(0, 0, 3, 0), new Piece(2, 0, 64, 64), new Piece(3, 0, 5, 128)),
                133));
  }

  @Test
  void cutsALargeTensor() {
    assertThat(GatherPlan.of(new long[] {10, 300}, 64, 128))
        .containsExactly(
            new Chunk(List.of(new Piece(0, 0, 10, 0), new Piece(1, 0, 64, 64)), 128),
            new Chunk(List.of(new Piece(1, 64, 128, 0)), 128),
            new Chunk(List.of(new Piece(1, 192, 108, 0)), 108));
  }

  @Test
  void reachesBeyondTwoToTheThirtyOne() {
    long elements = (1L << 33) + 13;
    List<Chunk> chunks = GatherPlan.of(new long[] {elements}, 64, 1L << 20);
    assertThat(chunks).hasSize((1 << 13) + 1);
    assertThat(chunks.getLast()).isEqualTo(new Chunk(List.of(new Piece(0, 1L << 33, 13, 0)), 13));
  }

  /** Every element is in one piece, pieces keep the rules, and no chunk is too large. */
  @Property(tries = 300)
  void coversEveryElementOnce(
      @ForAll @Size(max = 20) List<@LongRange(min = 0, max = 2_000) Long> lengths,
      @ForAll @IntRange(min = 1, max = 70) int unit,
      @ForAll @IntRange(min = 1, max = 9) int unitsPerChunk) {
    long limit = (long) unit * unitsPerChunk;
    long[] covered = new long[lengths.size()];
    for (Chunk chunk :
        GatherPlan.of(lengths.stream().mapToLong(Long::longValue).toArray(), unit, limit)) {
      long end = 0;
      for (Piece piece : chunk.pieces()) {
        assertThat(piece.start()).isEqualTo(covered[piece.tensor()]);
        assertThat(piece.offset() % unit).isZero();
        assertThat(piece.start() % unit).isZero();
        assertThat(piece.offset()).isGreaterThanOrEqualTo(end);
        assertThat(piece.length()).isPositive();
        covered[piece.tensor()] += piece.length();
        end = piece.offset() + piece.length();
      }
      assertThat(chunk.elements()).isEqualTo(end).isLessThanOrEqualTo(limit);
    }
    assertThat(LongStream.of(covered).boxed().toList()).isEqualTo(lengths);
  }
}
