package dev.verhulst.service.batching;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.heads.head.HeadModel;
import dev.verhulst.heads.head.LogisticHead;
import dev.verhulst.heads.head.LogisticTask;
import dev.verhulst.heads.safetensors.ElementType;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.LossTask;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.loss.Reduction;
import dev.verhulst.service.fakes.FakeDevice;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DynamicBatcherTest {

  private static final Duration NO_DELAY = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Activation SIGMOID = activation("sigmoid", Map.of());

  private final FakeDevice device = new FakeDevice();
  private final ConcurrentLinkedQueue<String> executions = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Arena arena = Arena.ofAuto();
  private Runnable stepAside = Thread::yield;

  @AfterEach
  void closeThreads() {
    threads.close();
    assertThat(device.running()).isZero();
  }

  @Test
  void aRequestThatFindsTheDeviceFreeIsComputedByItsOwnThread() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    List<Thread> computedBy = new ArrayList<>();
    device.fault(launch -> computedBy.add(Thread.currentThread()));

    BatchTimings timings = batcher.execute(request(tensor(1, 2, 3), 3));

    assertThat(computedBy).containsExactly(Thread.currentThread());
    assertThat(timings.executionBatchSize()).isEqualTo(3);
    assertThat(timings.queued()).isEqualTo(timings.started());
    assertThat(timings.finished()).isGreaterThanOrEqualTo(timings.started());
    assertThat(executions).containsExactly("1 of 3");
  }

  @Test
  void aShortRequestThatFindsTheDeviceFreeIsComputedAtOnce() {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));

    assertThat(batcher.executeAtOnce(request(tensor(1, 2, 3), 3))).isNotNull();

    assertThat(executions).containsExactly("1 of 3");
  }

  @Test
  void nothingIsComputedAtOnceThatMayHaveToWait() throws Exception {
    BatchRequest request = request(tensor(1), 1);
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);
    assertThat(batcher.executeAtOnce(request)).as("busy").isNull();
    gate.release(100);
    busy.get();
    assertThat(batcher.executeAtOnce(request)).as("free").isNotNull();

    assertThat(batcher.executeAtOnce(request(tensor(new float[65_537]), 1))).as("long").isNull();
    assertThat(batcher.executeAtOnce(request(tensor(1), 9))).as("too large").isNull();
    assertThat(batcher(policy(LONG, 8, 4)).executeAtOnce(request)).as("held back").isNull();
    try (LogisticHead head = head(256, 256)) {
      assertThat(batcher.executeAtOnce(row(head))).as("gains from company").isNull();
    }
    batcher.close();
    assertThat(batcher.executeAtOnce(request)).as("closed").isNull();
    assertThat(executions).containsExactly("1 of 1", "1 of 1");
  }

  @Test
  void whatHasQueuedWhileTheDeviceWasBusyLeavesTogether() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    Semaphore gate = device.hold();
    List<Future<BatchTimings>> answers = submitBehindABusyDevice(batcher, 3);

    gate.release(2);
    for (Future<BatchTimings> answer : answers) {
      answer.get();
    }

    assertThat(device.launches()).hasSize(2);
    assertThat(device.launches().get(1).tasks()).hasSize(3);
    assertThat(answers.get(1).get().executionBatchSize()).isEqualTo(3);
    assertThat(answers.get(1).get().queued()).isLessThan(answers.get(1).get().started());
    assertThat(executions).containsExactly("1 of 1", "3 of 3");
    assertThat(batcher.depth()).isZero();
  }

  @Test
  void rowsForManyWeightsStepAsideForOthersThatAreReadyAndLeaveTogether() throws Exception {
    try (LogisticHead head = head(256, 256)) {
      CountDownLatch queued = new CountDownLatch(3);
      stepAside =
          () -> {
            queued.countDown();
            awaitAll(queued);
          };
      DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));

      List<Future<BatchTimings>> answers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        answers.add(submit(batcher, row(head)));
      }
      for (Future<BatchTimings> answer : answers) {
        assertThat(answer.get().executionBatchSize()).isEqualTo(3);
      }

      assertThat(executions).containsExactly("3 of 3");
      assertThat(batcher.depth()).isZero();
    }
  }

  @Test
  void aRowForManyWeightsThatIsAloneIsComputedByItsOwnThread() throws Exception {
    try (LogisticHead head = head(256, 256)) {
      DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
      List<Thread> computedBy = new ArrayList<>();
      device.fault(launch -> computedBy.add(Thread.currentThread()));

      batcher.execute(row(head));

      assertThat(computedBy).containsExactly(Thread.currentThread());
    }
  }

  @Test
  void rowsForFewWeightsAndElementwiseWorkStepAsideForNobody() throws Exception {
    try (LogisticHead head = head(30, 1)) {
      stepAside =
          () -> {
            throw new AssertionError("it stepped aside");
          };
      DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));

      batcher.execute(row(head));
      batcher.execute(request(tensor(1), 1));

      assertThat(executions).containsExactly("1 of 1", "1 of 1");
    }
  }

  @Test
  void requestsThatAskForDifferentOutputsShareALaunch() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);
    MemorySegment x = tensor(1);
    MemorySegment dyDx = tensor(0);
    Future<BatchTimings> value = submit(batcher, request(tensor(1), 1));
    Future<BatchTimings> derivative =
        submit(
            batcher,
            request(
                new Computation.OfActivation(
                    SIGMOID,
                    DataType.FP32,
                    new ActivationTask(1, 1, x, null, null, null, dyDx, null))));
    awaitDepth(batcher, 2);

    gate.release(2);
    busy.get();
    value.get();
    derivative.get();
    assertThat(device.launches().get(1).tasks()).hasSize(2);
  }

  @Test
  void differentParametersTypesAndFunctionsNeverShareALaunch() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 8));
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);
    List<Future<BatchTimings>> answers = new ArrayList<>();
    LossTask lossTask = new LossTask(1, 1, tensor(1), tensor(1), null, null, tensor(0), null);
    List<Computation> computations =
        List.of(
            of(activation("elu", Map.of("alpha", 1.0)), DataType.FP32),
            of(activation("elu", Map.of("alpha", 2.0)), DataType.FP32),
            of(activation("elu", Map.of("alpha", 1.0)), DataType.BF16),
            of(activation("elu", Map.of()), DataType.FP32),
            new Computation.OfLoss(
                new BinaryCrossEntropyWithLogits(Reduction.SUM), DataType.FP32, lossTask),
            new Computation.OfLoss(
                new BinaryCrossEntropyWithLogits(Reduction.MEAN), DataType.FP32, lossTask));
    for (Computation computation : computations) {
      answers.add(submit(batcher, request(computation)));
      awaitDepth(batcher, answers.size());
    }

    gate.release(100);
    busy.get();
    for (Future<BatchTimings> answer : answers) {
      answer.get();
    }
    assertThat(device.launches().stream().skip(1).map(launch -> launch.tasks().size()))
        .containsExactly(2, 1, 1, 1, 1);
  }

  @Test
  void everyOneOfTwelveConcurrentRequestsGetsItsOwnAnswer() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 64, 100));
    List<Future<?>> clients = new ArrayList<>();
    for (int client = 0; client < 12; client++) {
      long seed = client;
      clients.add(
          threads.submit(
              () -> {
                Random random = new Random(seed);
                for (int i = 0; i < 500; i++) {
                  computeAndCheck(batcher, random);
                }
                return null;
              }));
    }
    for (Future<?> client : clients) {
      client.get();
    }
    assertThat(batcher.depth()).isZero();
  }

  @Test
  void aFullQueueRefusesAtOnceAndSaysWhenToComeBack() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 1));
    Semaphore gate = device.hold();
    List<Future<BatchTimings>> answers = submitBehindABusyDevice(batcher, 1);

    InferenceException refused =
        catchThrowableOfType(
            InferenceException.class, () -> batcher.execute(request(tensor(1), 1)));

    assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    assertThat(refused).hasMessageContaining("the queue of model 'sigmoid' is full: 1 requests");
    gate.release(2);
    answers.getFirst().get();
  }

  @Test
  void aRequestWhoseTimePassesIsAnsweredPromptlyWhileTheDeviceIsBusy() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);

    InferenceException refused =
        catchThrowableOfType(
            InferenceException.class,
            () ->
                batcher.execute(
                    new BatchRequest(of(SIGMOID, DataType.FP32), 1, 0, Duration.ofMillis(20))));

    assertThat(refused.kind()).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(refused).hasMessageContaining("its whole timeout of 20 ms");
    assertThat(busy.isDone()).isFalse();
    assertThat(batcher.depth()).isZero();
    gate.release();
    busy.get();
    assertThat(device.launches()).hasSize(1);
  }

  @Test
  void aTimeoutCountsWhileARequestIsHeldBackToo() {
    DynamicBatcher batcher = batcher(policy(LONG, 8, 4));

    InferenceException refused =
        catchThrowableOfType(
            InferenceException.class,
            () ->
                batcher.execute(
                    new BatchRequest(of(SIGMOID, DataType.FP32), 1, 0, Duration.ofMillis(20))));

    assertThat(refused.kind()).isEqualTo(ErrorKind.TIMEOUT);
    assertThat(device.launches()).isEmpty();
  }

  @Test
  void aCancelledRequestLeavesTheQueueAtOnce() throws Exception {
    DynamicBatcher batcher = batcher(policy(LONG, 8, 1));
    Future<BatchTimings> queued = submit(batcher, request(tensor(1), 1));
    awaitDepth(batcher, 1);

    queued.cancel(true);
    awaitDepth(batcher, 0);

    assertThat(device.launches()).isEmpty();
  }

  @Test
  void aRequestCancelledOnTheDeviceReturnsOnlyWhenTheDeviceHasLetGo() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 2, 4));
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);
    ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      waiting.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  batcher.execute(request(tensor(1), 1));
                  events.add("answered, interrupted: " + Thread.interrupted());
                } catch (InterruptedException e) {
                  events.add("cancelled");
                }
              }));
      awaitDepth(batcher, i + 1);
    }
    gate.release();
    busy.get();
    awaitLaunches(2);

    waiting.forEach(Thread::interrupt);
    Thread.sleep(20);
    assertThat(events).isEmpty();
    gate.release();
    for (Thread thread : waiting) {
      thread.join();
    }
    assertThat(events)
        .containsExactly("answered, interrupted: true", "answered, interrupted: true");
  }

  @Test
  void aHeldBackRequestLeavesWhenItsDelayHasPassed() throws Exception {
    DynamicBatcher batcher = batcher(policy(Duration.ofMillis(20), 8, 4));

    BatchTimings timings = batcher.execute(request(tensor(1), 1));

    assertThat(timings.started() - timings.queued())
        .isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
  }

  @Test
  void aFullBatchDoesNotWaitOutTheDelay() throws Exception {
    DynamicBatcher batcher = batcher(policy(LONG, 2, 4));
    Future<BatchTimings> first = submit(batcher, request(tensor(1), 1));
    awaitDepth(batcher, 1);

    assertThat(batcher.execute(request(tensor(1), 1)).executionBatchSize()).isEqualTo(2);
    assertThat(first.get().executionBatchSize()).isEqualTo(2);
    assertThat(device.launches()).hasSize(1);
  }

  @Test
  void aHighPriorityOvertakes() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 1, 4));
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);
    Future<BatchTimings> normal =
        submit(batcher, new BatchRequest(of(SIGMOID, DataType.FP32), 1, 0, LONG));
    awaitDepth(batcher, 1);
    Future<BatchTimings> high =
        submit(batcher, new BatchRequest(of(SIGMOID, DataType.FP32), 1, 1, LONG));
    awaitDepth(batcher, 2);

    gate.release(3);
    busy.get();
    assertThat(high.get().started()).isLessThan(normal.get().started());
  }

  @Test
  void severalExecutionsRunAtOnceWhereThePolicyAllowsIt() throws Exception {
    BatchingPolicy three = new BatchingPolicy(8, 1000, 8, NO_DELAY, List.of(), 2, LONG, 3);
    DynamicBatcher batcher = batcher(three);
    Semaphore gate = device.hold();
    List<Future<BatchTimings>> answers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answers.add(submit(batcher, request(tensor(1), 1)));
    }
    awaitLaunches(3);
    awaitDepth(batcher, 1);

    assertThat(device.running()).isEqualTo(3);
    gate.release(4);
    for (Future<BatchTimings> answer : answers) {
      answer.get();
    }
  }

  @Test
  void aFailureOfTheDeviceFailsExactlyTheRequestsOfItsBatch() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 2, 4));
    device.fault(
        launch -> {
          if (device.launches().size() == 2) {
            throw new DeviceException("cuLaunchKernel returned CUDA_ERROR_LAUNCH_FAILED");
          }
        });
    Semaphore gate = device.hold();
    List<Future<BatchTimings>> answers = submitBehindABusyDevice(batcher, 3);

    gate.release(4);
    for (Future<BatchTimings> failed : answers.subList(0, 2)) {
      InferenceException failure = failureOf(failed);
      assertThat(failure.kind()).isEqualTo(ErrorKind.INTERNAL);
      assertThat(failure)
          .hasMessage(
              "the device failed while it computed model 'sigmoid': cuLaunchKernel returned"
                  + " CUDA_ERROR_LAUNCH_FAILED");
    }
    assertThat(answers.get(2).get().executionBatchSize()).isEqualTo(1);
    assertThat(executions).containsExactly("1 of 1", "1 of 1");
    batcher.execute(request(tensor(1), 1));
  }

  @Test
  void onePoisonedRequestDoesNotSpoilTheOthers() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    device.fault(
        launch -> {
          for (Object task : launch.tasks()) {
            if (((ActivationTask) task).elements() == 2) {
              throw new IllegalArgumentException("x has too few bytes");
            }
          }
        });
    Semaphore gate = device.hold();
    Future<BatchTimings> busy = occupy(batcher);
    MemorySegment x = tensor(1);
    Future<BatchTimings> good = submit(batcher, request(x, 1));
    awaitDepth(batcher, 1);
    Future<BatchTimings> poisoned = submit(batcher, request(tensor(1, 2), 1));
    awaitDepth(batcher, 2);
    Future<BatchTimings> alsoGood = submit(batcher, request(tensor(1), 1));
    awaitDepth(batcher, 3);

    gate.release(100);
    busy.get();
    good.get();
    alsoGood.get();
    assertThat(x.getAtIndex(JAVA_FLOAT, 0)).isEqualTo(2);
    assertThat(failureOf(poisoned).kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
    assertThat(failureOf(poisoned)).hasMessage("x has too few bytes");
    assertThat(executions).containsExactly("1 of 1", "1 of 1", "1 of 1");
  }

  @Test
  void aBugInTheDeviceIsAnInternalErrorAndTheBatcherWorksOn() throws Exception {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));
    device.fault(
        launch -> {
          throw new StackOverflowError();
        });

    InferenceException failure =
        catchThrowableOfType(
            InferenceException.class, () -> batcher.execute(request(tensor(1), 1)));

    assertThat(failure.kind()).isEqualTo(ErrorKind.INTERNAL);
    assertThat(failure).hasMessageContaining("this is a bug");
    device.fault(launch -> {});
    batcher.execute(request(tensor(1), 1));
  }

  @Test
  void aBatchLargerThanTheLimitIsRefused() {
    DynamicBatcher batcher = batcher(policy(NO_DELAY, 8, 4));

    InferenceException refused =
        catchThrowableOfType(
            InferenceException.class, () -> batcher.execute(request(tensor(1), 9)));

    assertThat(refused.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT);
    assertThat(refused)
        .hasMessage("inference request batch-size must be <= 8 for 'sigmoid', got 9");
  }

  @Test
  void closingTurnsAwayWhoeverWaitsAndWhoeverComes() throws Exception {
    DynamicBatcher batcher = batcher(policy(LONG, 8, 4));
    Future<BatchTimings> queued = submit(batcher, request(tensor(1), 1));
    awaitDepth(batcher, 1);

    batcher.close();

    assertThat(failureOf(queued).kind()).isEqualTo(ErrorKind.UNAVAILABLE);
    assertThat(
            catchThrowableOfType(
                    InferenceException.class, () -> batcher.execute(request(tensor(1), 1)))
                .kind())
        .isEqualTo(ErrorKind.UNAVAILABLE);
  }

  @Test
  void nothingIsLostWhereRequestsAreCancelledAndTimeOutAtRandom() throws Exception {
    DynamicBatcher batcher = batcher(policy(Duration.ofNanos(50_000), 4, 16));
    List<Future<?>> clients = new ArrayList<>();
    for (int client = 0; client < 24; client++) {
      long seed = client;
      clients.add(threads.submit(() -> live(batcher, new Random(seed))));
    }
    Random random = new Random(99);
    while (!clients.stream().allMatch(Future::isDone)) {
      Thread.sleep(1);
      clients.get(random.nextInt(clients.size())).cancel(random.nextInt(20) == 0);
    }
    threads.close();
    assertThat(batcher.depth()).isZero();
    batcher.execute(request(tensor(1), 1));
  }

  private Void live(DynamicBatcher batcher, Random random) throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      Duration timeout = Duration.ofNanos(1 + random.nextInt(200_000));
      try {
        batcher.execute(
            new BatchRequest(of(SIGMOID, DataType.FP32), 1, random.nextInt(3), timeout));
      } catch (InferenceException e) {
        assertThat(e.kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.UNAVAILABLE);
      }
    }
    return null;
  }

  private void computeAndCheck(DynamicBatcher batcher, Random random) throws Exception {
    float[] values = new float[random.nextInt(200)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    MemorySegment x = tensor(values);
    batcher.execute(request(x, 1 + random.nextInt(64)));
    for (int i = 0; i < values.length; i++) {
      assertThat(x.getAtIndex(JAVA_FLOAT, i)).isEqualTo(values[i] + 1);
    }
  }

  private List<Future<BatchTimings>> submitBehindABusyDevice(DynamicBatcher batcher, int count)
      throws InterruptedException {
    Future<BatchTimings> busy = occupy(batcher);
    assertThat(busy.isDone()).isFalse();
    List<Future<BatchTimings>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(submit(batcher, request(tensor(1), 1)));
      awaitDepth(batcher, i + 1);
    }
    return answers;
  }

  private Future<BatchTimings> occupy(DynamicBatcher batcher) throws InterruptedException {
    Future<BatchTimings> busy = submit(batcher, request(tensor(1), 1));
    awaitLaunches(1);
    return busy;
  }

  private Future<BatchTimings> submit(DynamicBatcher batcher, BatchRequest request) {
    return threads.submit(() -> batcher.execute(request));
  }

  private static InferenceException failureOf(Future<?> answer) {
    ExecutionException failure = catchThrowableOfType(ExecutionException.class, answer::get);
    assertThat(failure).hasCauseInstanceOf(InferenceException.class);
    return (InferenceException) Objects.requireNonNull(failure.getCause());
  }

  private void awaitLaunches(int count) throws InterruptedException {
    while (device.launches().size() < count) {
      Thread.sleep(1);
    }
  }

  private static void awaitDepth(DynamicBatcher batcher, int depth) throws InterruptedException {
    while (batcher.depth() != depth) {
      Thread.sleep(1);
    }
  }

  private DynamicBatcher batcher(BatchingPolicy policy) {
    return new DynamicBatcher(
        "sigmoid",
        policy,
        device,
        (requests, batchSize, nanos) -> executions.add(requests + " of " + batchSize),
        System::nanoTime,
        stepAside);
  }

  /** One execution at a time. */
  private static BatchingPolicy policy(Duration delay, int maxBatchSize, int maxQueueSize) {
    return new BatchingPolicy(maxBatchSize, 100_000, maxQueueSize, delay, List.of(), 2, LONG, 1);
  }

  private LogisticHead head(int features, int labels) {
    HeadModel model =
        new HeadModel(
            features, labels, ElementType.F32, new double[features * labels], new double[labels]);
    return new LogisticHead(model, device, DataType.FP32);
  }

  private BatchRequest row(LogisticHead head) {
    MemorySegment x = arena.allocate(JAVA_FLOAT, head.features());
    MemorySegment logits = arena.allocate(JAVA_FLOAT, head.labels());
    return request(new Computation.OfHead(head, new LogisticTask(1, x, logits, null, null)));
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private BatchRequest request(MemorySegment x, long batchSize) {
    return new BatchRequest(inPlace(SIGMOID, DataType.FP32, x), batchSize, 0, Duration.ZERO);
  }

  private static BatchRequest request(Computation computation) {
    return new BatchRequest(computation, 1, 0, Duration.ZERO);
  }

  private Computation of(Activation activation, DataType dataType) {
    return inPlace(activation, dataType, tensor(1));
  }

  private static Computation inPlace(Activation activation, DataType dataType, MemorySegment x) {
    long elements = x.byteSize() / 4;
    return new Computation.OfActivation(
        activation, dataType, new ActivationTask(elements, elements, x, null, null, x, null, null));
  }

  private static Activation activation(String name, Map<String, ?> parameters) {
    return Activations.find(name).orElseThrow().create(parameters);
  }

  private MemorySegment tensor(float... values) {
    MemorySegment tensor = arena.allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, tensor, JAVA_FLOAT, 0, values.length);
    return tensor;
  }
}
