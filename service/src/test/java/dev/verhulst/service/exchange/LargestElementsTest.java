package dev.verhulst.service.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class LargestElementsTest {

  /** Against sorting all of them, with few different values and NaN among them. */
  @RepeatedTest(300)
  void areThoseThatSortingFindsFirst(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int capacity = random.nextInt(13);
    List<Double> values =
        random
            .ints(random.nextInt(40), -3, 4)
            .mapToObj(v -> v == -3 ? Double.NaN : v / 2.0)
            .toList();
    Comparator<Integer> largestFirst =
        Comparator.<Integer>comparingInt(i -> values.get(i).isNaN() ? 1 : 0)
            .thenComparing(i -> values.get(i).isNaN() ? 0.0 : -values.get(i))
            .thenComparing(i -> i);
    List<Integer> expected =
        IntStream.range(0, values.size()).boxed().sorted(largestFirst).limit(capacity).toList();

    LargestElements largest = new LargestElements(capacity);
    // Twice, since it is used for one batch item after the other.
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < values.size(); i++) {
        largest.offer(values.get(i), i);
      }
      List<Integer> found = new ArrayList<>();
      largest.drain(
          (value, index) -> {
            assertThat(value).isEqualTo(values.get((int) index));
            found.add((int) index);
          });
      assertThat(found).isEqualTo(expected);
    }
  }
}
