package dev.verhulst.service.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The policy, at literal instants: microseconds written as {@code at(5)}. */
class BatchQueueTest {

  private static final Duration NO_DELAY = Duration.ZERO;
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final long SECOND = 1_000_000;
  private static final long NEVER = at(0) + Long.MAX_VALUE / 4;
  private static final Object SIGMOID = "sigmoid in FP32";
  private static final Object ELU = "elu in FP32";

  @Test
  void anEmptyQueueHasNoBatch() {
    assertThat(queue(NO_DELAY).take(at(0))).isEmpty();
  }

  @Test
  void withoutADelayWhatHasQueuedLeavesTogetherAtOnce() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    QueueEntry first = add(queue, SIGMOID, 1, at(0));
    QueueEntry second = add(queue, SIGMOID, 1, at(3));

    assertThat(queue.take(at(3))).containsExactly(first, second);
    assertThat(queue.size()).isZero();
  }

  @Test
  void aSingleRequestWaitsOutTheDelay() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry only = add(queue, SIGMOID, 1, at(0));

    assertThat(queue.take(at(0))).isEmpty();
    assertThat(queue.take(at(10 * SECOND - 1))).isEmpty();
    assertThat(queue.take(at(10 * SECOND))).containsExactly(only);
  }

  @Test
  void theDelayCountsFromTheOldestRequest() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry old = add(queue, SIGMOID, 1, at(0));
    QueueEntry young = add(queue, SIGMOID, 1, at(9 * SECOND));

    assertThat(queue.take(at(10 * SECOND))).containsExactly(old, young);
  }

  @Test
  void aFullBatchLeavesAtOnce() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry first = add(queue, SIGMOID, 5, at(0));
    assertThat(queue.take(at(0))).isEmpty();
    QueueEntry second = add(queue, SIGMOID, 3, at(1));

    assertThat(queue.take(at(1))).containsExactly(first, second);
  }

  @Test
  void aBatchThatTheNextRequestWouldOverfillLeavesAtOnceWithoutIt() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry first = add(queue, SIGMOID, 5, at(0));
    QueueEntry tooLarge = add(queue, SIGMOID, 4, at(1));
    QueueEntry wouldFit = add(queue, SIGMOID, 1, at(2));

    assertThat(queue.take(at(2))).containsExactly(first);
    assertThat(queue.take(at(2))).isEmpty();
    assertThat(queue.take(at(10 * SECOND + 1))).containsExactly(tooLarge, wouldFit);
  }

  @Test
  void aBatchWithEnoughElementsTakesNoFurtherRequest() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    QueueEntry small = add(queue, SIGMOID, 1, 999, at(0));
    QueueEntry large = add(queue, SIGMOID, 1, 5_000, at(0));
    QueueEntry next = add(queue, SIGMOID, 1, 10, at(0));

    assertThat(queue.take(at(0))).containsExactly(small, large);
    assertThat(queue.take(at(0))).containsExactly(next);
  }

  @Test
  void differentKeysNeverShareABatch() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    QueueEntry sigmoid = add(queue, SIGMOID, 1, at(0));
    QueueEntry elu = add(queue, ELU, 1, at(1));
    QueueEntry laterSigmoid = add(queue, SIGMOID, 1, at(2));

    assertThat(queue.take(at(2))).containsExactly(sigmoid, laterSigmoid);
    assertThat(queue.take(at(2))).containsExactly(elu);
  }

  @Test
  void aFullBatchDoesNotWaitForAnotherKeyThatCameFirst() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry elu = add(queue, ELU, 1, at(0));
    QueueEntry sigmoid = add(queue, SIGMOID, 8, at(1));

    assertThat(queue.take(at(1))).containsExactly(sigmoid);
    assertThat(queue.take(at(1))).isEmpty();
    assertThat(queue.take(at(10 * SECOND))).containsExactly(elu);
  }

  @Test
  void aPreferredSizeLeavesAtOnce() {
    BatchQueue<QueueEntry> queue = queue(policy(TEN_SECONDS, List.of(2L, 4L)));
    QueueEntry first = add(queue, SIGMOID, 1, at(0));
    assertThat(queue.take(at(0))).isEmpty();
    QueueEntry second = add(queue, SIGMOID, 1, at(1));

    assertThat(queue.take(at(1))).containsExactly(first, second);
  }

  @Test
  void ofSeveralPreferredSizesTheLargestLeaves() {
    BatchQueue<QueueEntry> queue = queue(policy(TEN_SECONDS, List.of(2L, 4L)));
    List<QueueEntry> entries =
        List.of(
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)));

    assertThat(queue.take(at(0))).isEqualTo(entries.subList(0, 4));
    assertThat(queue.take(at(0))).isEmpty();
    assertThat(queue.take(at(10 * SECOND))).isEqualTo(entries.subList(4, 5));
  }

  @Test
  void onceTheDelayHasPassedAllLeaveWhateverIsPreferred() {
    BatchQueue<QueueEntry> queue = queue(policy(TEN_SECONDS, List.of(2L)));
    QueueEntry three = add(queue, SIGMOID, 3, at(0));
    QueueEntry one = add(queue, SIGMOID, 1, at(0));

    assertThat(queue.take(at(0))).isEmpty();
    assertThat(queue.take(at(10 * SECOND))).containsExactly(three, one);
  }

  @Test
  void theHighestPriorityLeavesFirstAndOrderHoldsWithinOne() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    QueueEntry low = add(queue, ELU, 8, 3, at(0), NEVER);
    QueueEntry middle = add(queue, ELU, 8, 2, at(1), NEVER);
    QueueEntry high = add(queue, ELU, 8, 1, at(2), NEVER);
    QueueEntry laterHigh = add(queue, ELU, 8, 1, at(3), NEVER);

    assertThat(queue.take(at(3))).containsExactly(high);
    assertThat(queue.take(at(3))).containsExactly(laterHigh);
    assertThat(queue.take(at(3))).containsExactly(middle);
    assertThat(queue.take(at(3))).containsExactly(low);
  }

  @Test
  void aFullQueueRefuses() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    for (int i = 0; i < 4; i++) {
      add(queue, SIGMOID, 1, at(0));
    }

    assertThat(queue.add(entry(SIGMOID, 1, at(0)), at(0))).isFalse();
    assertThat(queue.size()).isEqualTo(4);
    queue.take(at(1));
    assertThat(queue.add(entry(SIGMOID, 1, at(2)), at(2))).isTrue();
  }

  @Test
  void aRequestWhoseTimeHasPassedLeavesInNoBatchAndMakesRoom() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    QueueEntry late = add(queue, SIGMOID, 1, 2, at(0), at(5));
    QueueEntry patient = add(queue, SIGMOID, 1, 2, at(0), at(6));

    assertThat(queue.take(at(5))).containsExactly(patient);
    assertThat(queue.remove(late)).isFalse();
    for (int i = 0; i < 4; i++) {
      add(queue, SIGMOID, 1, 2, at(6), at(7));
    }
    assertThat(queue.add(entry(SIGMOID, 1, at(7)), at(7))).isTrue();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void aRequestThatIsRemovedIsGoneAtOnceWhereverItStood() {
    BatchQueue<QueueEntry> queue = queue(NO_DELAY);
    List<QueueEntry> entries =
        List.of(
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)),
            add(queue, SIGMOID, 1, at(0)));

    assertThat(queue.remove(entries.get(1))).isTrue();
    assertThat(queue.remove(entries.get(0))).isTrue();
    assertThat(queue.remove(entries.get(3))).isTrue();
    assertThat(queue.remove(entries.get(3))).isFalse();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.take(at(0))).containsExactly(entries.get(2));
    assertThat(queue.take(at(0))).isEmpty();
  }

  @Test
  void aRequestThatHasLeftNoLongerCountsForTheDelayOfTheOthers() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry old = add(queue, SIGMOID, 1, at(0));
    QueueEntry young = add(queue, SIGMOID, 1, at(SECOND));
    queue.remove(old);

    assertThat(queue.take(at(10 * SECOND))).isEmpty();
    assertThat(queue.take(at(11 * SECOND))).containsExactly(young);
  }

  @Test
  void clearingTakesAll() {
    BatchQueue<QueueEntry> queue = queue(TEN_SECONDS);
    QueueEntry first = add(queue, SIGMOID, 1, at(0));
    QueueEntry second = add(queue, ELU, 1, at(0));

    assertThat(queue.clear()).containsExactly(first, second);
    assertThat(queue.size()).isZero();
    assertThat(queue.take(at(20 * SECOND))).isEmpty();
  }

  /** Instants lie around the point where {@link System#nanoTime()} may overflow. */
  private static long at(long microseconds) {
    return Long.MAX_VALUE - 5_000 + microseconds * 1_000;
  }

  private static BatchQueue<QueueEntry> queue(Duration delay) {
    return queue(policy(delay, List.of()));
  }

  private static BatchQueue<QueueEntry> queue(BatchingPolicy policy) {
    return new BatchQueue<>(policy);
  }

  /** Up to 8 items or 1000 elements in a batch, 4 requests in the queue. */
  private static BatchingPolicy policy(Duration delay, List<Long> preferred) {
    return new BatchingPolicy(8, 1000, 4 + preferred.size(), delay, preferred, 2, delay, 1);
  }

  private static QueueEntry add(BatchQueue<QueueEntry> queue, Object key, long size, long now) {
    return add(queue, key, size, 1, now);
  }

  private static QueueEntry add(
      BatchQueue<QueueEntry> queue, Object key, long batchSize, long elements, long now) {
    return add(queue, new QueueEntry(key, batchSize, elements, 2, now, NEVER), now);
  }

  private static QueueEntry add(
      BatchQueue<QueueEntry> queue, Object key, long size, int priority, long now, long deadline) {
    return add(queue, new QueueEntry(key, size, 1, priority, now, deadline), now);
  }

  private static QueueEntry add(BatchQueue<QueueEntry> queue, QueueEntry entry, long now) {
    assertThat(queue.add(entry, now)).isTrue();
    return entry;
  }

  private static QueueEntry entry(Object key, long batchSize, long now) {
    return new QueueEntry(key, batchSize, 1, 2, now, NEVER);
  }
}
