package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BodyPiecesTest {

  private static final byte[] BYTES = {1, 2, 3, 4, 5, 6, 7};

  private final BodyPieces pieces = BodyPieces.of(piece(0, 3));

  BodyPiecesTest() {
    pieces.add(piece(3, 3));
    pieces.add(piece(3, 4));
    pieces.add(piece(4, 7));
  }

  private static MemorySegment piece(int from, int to) {
    return MemorySegment.ofArray(Arrays.copyOfRange(BYTES, from, to));
  }

  @Test
  void everyRangeIsCopiedWhereverItBeginsAndEnds() {
    assertThat(pieces.byteSize()).isEqualTo(BYTES.length);
    for (int from = 0; from <= BYTES.length; from++) {
      for (int to = from; to <= BYTES.length; to++) {
        byte[] copied = new byte[to - from + 2];
        pieces.copy(from, copied, 1, to - from);
        assertThat(Arrays.copyOfRange(copied, 1, copied.length - 1))
            .as("from %d to %d", from, to)
            .isEqualTo(Arrays.copyOfRange(BYTES, from, to));
        assertThat(copied[0]).isZero();
        assertThat(copied[copied.length - 1]).isZero();
      }
    }
  }

  @Test
  void allOfThemAreCopiedInOrder() {
    byte[] copied = new byte[BYTES.length];
    pieces.copyTo(MemorySegment.ofArray(copied));
    assertThat(copied).isEqualTo(BYTES);
  }
}
