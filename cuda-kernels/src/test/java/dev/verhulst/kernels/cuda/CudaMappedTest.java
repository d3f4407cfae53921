package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.ActivationChecks;
import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.DeviceDetection;
import dev.verhulst.kernels.DeviceException;
import dev.verhulst.kernels.GpuStatus;
import dev.verhulst.kernels.Tensors;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Relu;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.activation.Softmax;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors in page-locked memory that the kernel itself reads and writes. */
@Tag(FakeDriver.TAG)
final class CudaMappedTest {

  private static final CudaOptions MAPPED = CudaOptions.DEFAULT.withTransfer(Transfer.MAPPED);
  private static final long MEMORY = 16 << 20;

  private FakeDriver driver;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
  }

  /** Tensors in page-locked memory, which goes with its device. */
  private static Tensors pageLocked(
      Device device, DataType dataType, long seed, long offset, long byteSize) {
    SegmentAllocator memory =
        SegmentAllocator.slicingAllocator(device.allocate(byteSize).segment());
    return new Tensors(dataType, new Random(seed), offset, memory);
  }

  private static Tensors pageLocked(CudaDevice device, DataType dataType) {
    return pageLocked(device, dataType, 5, 0, MEMORY);
  }

  private static Tensors pageLocked(CudaPool pool) {
    return pageLocked(pool, DataType.FP32, 5, 0, MEMORY);
  }

  static Stream<Arguments> cases() {
    return ActivationChecks.activations()
        .filter(ElementwiseActivation.class::isInstance)
        .flatMap(
            activation ->
                Stream.of(DataType.values()).map(dataType -> Arguments.of(activation, dataType)));
  }

  /** Aligned, and at addresses that are multiples of an element alone. */
  @ParameterizedTest
  @MethodSource("cases")
  void givesTheBitsOfStagedTensors(Activation activation, DataType dataType) {
    List<byte[]> results = new ArrayList<>();
    for (Transfer transfer : List.of(Transfer.MAPPED, Transfer.STAGED, Transfer.AUTO)) {
      try (CudaDevice device =
          OpenDevice.open(new CudaOptions(2, 1 << 20, 1 << 19, transfer, false))) {
        long copies = driver.count("cuMemcpyHtoDAsync");
        long launches = driver.count("cuLaunchKernel");
        try (Tensors aligned = pageLocked(device, dataType, 7, 0, 1 << 20);
            Tensors shifted = pageLocked(device, dataType, 8, dataType.byteSize(), 1 << 20)) {
          List<ActivationTask> tasks = new ArrayList<>();
          tasks.addAll(ActivationChecks.checkBatch(device, activation, dataType, aligned));
          tasks.addAll(ActivationChecks.checkBatch(device, activation, dataType, shifted));
          results.add(bytes(tasks));
        }
        if (transfer == Transfer.STAGED) {
          assertThat(driver.count("cuMemcpyHtoDAsync")).isGreaterThan(copies);
        } else {
          assertThat(driver.count("cuMemcpyHtoDAsync")).isEqualTo(copies);
          assertThat(driver.count("cuLaunchKernel")).isEqualTo(launches + 2);
        }
      }
    }
    assertThat(results).allSatisfy(each -> assertThat(each).isEqualTo(results.getFirst()));
  }

  private static byte[] bytes(List<ActivationTask> tasks) {
    List<MemorySegment> outputs =
        tasks.stream()
            .flatMap(task -> Stream.of(Pass.values()).map(pass -> pass.output(task)))
            .filter(Objects::nonNull)
            .toList();
    byte[] all = new byte[(int) outputs.stream().mapToLong(MemorySegment::byteSize).sum()];
    int end = 0;
    for (MemorySegment output : outputs) {
      MemorySegment.copy(output, ValueLayout.JAVA_BYTE, 0, all, end, (int) output.byteSize());
      end += (int) output.byteSize();
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void computesAThousandRequestsInOneLaunchWithoutACopy(DataType dataType) {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = pageLocked(device, dataType)) {
      List<ActivationTask> tasks = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        tasks.add(
            ActivationChecks.task(
                tensors, new Sigmoid(), 1, 1024 / dataType.byteSize(), ActivationChecks.VALUE));
      }
      device.run(new Sigmoid(), dataType, tasks);
      assertThat(driver.count("cuLaunchKernel")).isEqualTo(1);
      assertThat(driver.count("cuMemcpyHtoDAsync")).isZero();
      assertThat(driver.count("cuMemcpyDtoHAsync")).isZero();
      tasks.forEach(task -> ActivationChecks.assertResults(tensors, new Sigmoid(), dataType, task));
      tensors.assertGuardsUntouched("a mapped kernel");
    }
  }

  @Test
  void launchesAgainWhereTheTableIsFull() {
    try (CudaDevice device = OpenDevice.open(MAPPED);
        Tensors tensors = pageLocked(device, DataType.FP32)) {
      List<ActivationTask> tasks = new ArrayList<>();
      for (int i = 0; i <= MappedPieces.CAPACITY; i++) {
        tasks.add(
            ActivationChecks.task(tensors, new Relu(), 1, 1 + i % 3, ActivationChecks.DERIVATIVE));
      }
      device.run(new Relu(), DataType.FP32, tasks);
      assertThat(driver.count("cuLaunchKernel")).isEqualTo(2);
      tasks.forEach(
          task -> ActivationChecks.assertResults(tensors, new Relu(), DataType.FP32, task));
    }
  }

  @Test
  void cutsALargeTensorAndComputesItInPlace() {
    int elements = 300_007;
    try (CudaDevice device = OpenDevice.open(MAPPED);
        Tensors tensors = pageLocked(device, DataType.FP32)) {
      MemorySegment x = tensors.random(elements, -1, 1);
      double[] before = tensors.read(x, 0, elements);
      OpenDevice.run(device, new Relu(), DataType.FP32, OpenDevice.forward(elements, x, x));
      double[] after = tensors.read(x, 0, elements);
      for (int i = 0; i < elements; i++) {
        assertThat(after[i]).isEqualTo(Math.max(0, before[i]));
      }
      tensors.assertGuardsUntouched("a mapped kernel");
    }
  }

  @Test
  void stagesWhatItCannotMap() {
    driver.set("unified_addressing", 0);
    assertStaged(new Relu(), true);
    driver.set("unified_addressing", 1);
    assertStaged(new Softmax(), true);
    assertStaged(new Relu(), false);
  }

  private void assertStaged(Activation activation, boolean pageLocked) {
    long copies = driver.count("cuMemcpyHtoDAsync");
    try (CudaDevice device = OpenDevice.open(MAPPED);
        Tensors locked = pageLocked(device, DataType.FP32);
        Tensors plain = new Tensors(DataType.FP32, new Random(1))) {
      MemorySegment x = locked.random(60, -1, 1);
      MemorySegment y = pageLocked ? locked.empty(60) : plain.empty(60);
      ActivationTask task = OpenDevice.forward(60, x, y);
      OpenDevice.run(device, activation, DataType.FP32, task);
      ActivationChecks.assertResults(locked, activation, DataType.FP32, task);
    }
    assertThat(driver.count("cuMemcpyHtoDAsync")).isEqualTo(copies + 1);
  }

  /** By the size of the call, unless its tensors are small. */
  @Test
  void choosesByWhatWasMeasured() {
    try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
        Tensors tensors = pageLocked(device, DataType.FP32)) {
      ActivationTask small =
          ActivationChecks.task(tensors, new Relu(), 1, 1_000, ActivationChecks.VALUE);
      ActivationTask large =
          ActivationChecks.task(tensors, new Relu(), 1, 100_000, ActivationChecks.VALUE);
      TransferChoice choice = new TransferChoice(Transfer.AUTO, true, device.memory());
      assertThat(choice.isMapped(List.of(large), DataType.FP32)).isTrue();
      choice.measured(400_000);
      assertThat(choice.isMapped(List.of(large), DataType.FP32)).isFalse();
      assertThat(choice.isMapped(List.of(small), DataType.FP32)).isTrue();
      List<ActivationTask> many = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        many.add(small);
      }
      assertThat(choice.isMapped(many, DataType.FP32)).isTrue();
    }
  }

  /** On a clock by which every call that copies takes longer, and on one by which it does not. */
  @Test
  void measuresWhichWayIsFaster() {
    driver.set("idle", 1);
    for (boolean copiesAreSlow : new boolean[] {true, false}) {
      try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
          Tensors tensors = pageLocked(device, DataType.FP32)) {
        device.calibrate(
            () ->
                copiesAreSlow
                    ? driver.count("cuMemcpyHtoDAsync")
                    : driver.count("cuLaunchKernel") - driver.count("cuMemcpyHtoDAsync"));
        assertThat(driver.count("registrations")).isLessThanOrEqualTo(5);
        long copies = driver.count("cuMemcpyHtoDAsync");
        OpenDevice.run(
            device,
            new Relu(),
            DataType.FP32,
            OpenDevice.forward(1 << 17, tensors.empty(1 << 17), tensors.empty(1 << 17)));
        assertThat(driver.count("cuMemcpyHtoDAsync") > copies).isEqualTo(!copiesAreSlow);
      }
    }
  }

  @Test
  void computesWhatEachOfManyThreadsAsks() throws Exception {
    try (CudaDevice device = OpenDevice.open(MAPPED)) {
      List<Future<?>> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 16; i++) {
          int seed = i;
          answers.add(
              threads.submit(
                  () -> {
                    try (Tensors tensors = pageLocked(device, DataType.FP16, seed, 2, 1 << 20)) {
                      for (int call = 0; call < 3; call++) {
                        ActivationChecks.checkBatch(device, new Sigmoid(), DataType.FP16, tensors);
                      }
                    }
                  }));
        }
      }
      for (Future<?> answer : answers) {
        answer.get();
      }
      assertThat(driver.count("cuMemcpyHtoDAsync")).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cuCtxPushCurrent, 1",
    "cuMemHostRegister, 1",
    "cuModuleLoadData, 1",
    "cuModuleGetFunction, 1",
    "cuLaunchKernel, 1",
    "cuStreamSynchronize, 1"
  })
  void staysUsableAfterAnErrorThatPasses(String call, long nth) {
    try (CudaDevice device = OpenDevice.open(MAPPED);
        Tensors tensors = pageLocked(device, DataType.FP32)) {
      ActivationTask task =
          ActivationChecks.task(tensors, new Sigmoid(), 3, 700, ActivationChecks.ALL);
      driver.fail(call, nth, CudaResult.OUT_OF_MEMORY);
      assertThatThrownBy(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .isInstanceOfSatisfying(
              CudaException.class, failure -> assertThat(failure.call()).isEqualTo(call));
      assertThat(device.isUsable()).isTrue();
      OpenDevice.run(device, new Sigmoid(), DataType.FP32, task);
      ActivationChecks.assertResults(tensors, new Sigmoid(), DataType.FP32, task);
    }
  }

  /** After a failure, the kernel may not still read or write the caller's memory. */
  @Test
  void waitsForTheKernelBeforeItReportsAFailure() {
    driver.set("operation_microseconds", 30_000);
    try (CudaDevice device = OpenDevice.open(MAPPED);
        Tensors tensors = pageLocked(device, DataType.FP32)) {
      ActivationTask task =
          ActivationChecks.task(tensors, new Sigmoid(), 3, 700, ActivationChecks.VALUE);
      driver.fail("cuStreamSynchronize", 1, CudaResult.INVALID_VALUE);
      assertThatThrownBy(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .isInstanceOf(CudaException.class);
      byte[] whenItFailed = bytes(List.of(task));
      Thread.sleep(60);
      assertThat(bytes(List.of(task))).isEqualTo(whenItFailed);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void isLostToAKernelThatFails() {
    try (CudaDevice device = OpenDevice.open(MAPPED);
        Tensors tensors = pageLocked(device, DataType.FP32)) {
      ActivationTask task =
          ActivationChecks.task(tensors, new Sigmoid(), 1, 70, ActivationChecks.VALUE);
      driver.fail("kernel", 1, CudaResult.ILLEGAL_ADDRESS);
      assertThatThrownBy(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .isInstanceOf(CudaException.class);
      assertThat(device.isUsable()).isFalse();
      assertThatThrownBy(() -> OpenDevice.run(device, new Sigmoid(), DataType.FP32, task))
          .isInstanceOf(DeviceException.class);
    }
  }

  /** The GPU that is left copies what the lost one page-locked, until it is page-locked anew. */
  @Test
  void stagesWhatALostGpuHadPageLocked() {
    driver.set("devices", 2);
    ManualTimer timer = new ManualTimer();
    try (CudaPool pool = pool(timer);
        Tensors tensors = pageLocked(pool)) {
      assertThat(copiesOfCall(pool, tensors)).isZero();
      assertThat(copiesOfCall(pool, tensors)).isZero();
      driver.fail("kernel@0", 1, CudaResult.ILLEGAL_ADDRESS);
      while (pool.gpus().getFirst().usable()) {
        copiesOfCall(pool, tensors);
      }
      assertThat(copiesOfCall(pool, tensors)).isEqualTo(1);
      timer.runNext();
      assertThat(pool.gpus()).allMatch(GpuStatus::usable);
      assertThat(copiesOfCall(pool, tensors)).isZero();
      assertThat(copiesOfCall(pool, tensors)).isZero();
      tensors.assertGuardsUntouched("a pool");
    }
  }

  private static CudaPool pool(ProbeTimer timer) {
    return switch (CudaDetection.detect(List.of(), MAPPED, timer)) {
      case DeviceDetection.Available(var device) -> (CudaPool) device;
      case DeviceDetection.Unavailable(String reason) -> throw new AssertionError(reason);
    };
  }

  /** Checks a call's results; how many copies to a device it took. */
  private long copiesOfCall(CudaPool pool, Tensors tensors) {
    long before = driver.count("cuMemcpyHtoDAsync");
    ActivationTask task =
        ActivationChecks.task(tensors, new Sigmoid(), 1, 700, ActivationChecks.VALUE);
    pool.run(new Sigmoid(), DataType.FP32, List.of(task));
    ActivationChecks.assertResults(tensors, new Sigmoid(), DataType.FP32, task);
    return driver.count("cuMemcpyHtoDAsync") - before;
  }

  @ParameterizedTest
  @EnumSource
  void cutsAnyTotalIntoPiecesThatFitTheTable(DataType dataType) {
    for (long elements : new long[] {1, 4_096, (1L << 31) + 13, (1L << 32) + 1, 1L << 40}) {
      long piece = MappedCall.pieceElements(elements, dataType);
      assertThat(piece * dataType.byteSize() % CudaOptions.ALIGNMENT).isZero();
      assertThat(Math.ceilDiv(elements, piece)).isLessThanOrEqualTo(MappedPieces.CAPACITY);
    }
  }
}
