package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.Tensors;
import java.util.ArrayList;
import java.util.List;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads end to end: the products by an imitated cuBLAS through JCuda, or by our own kernel. */
@Tag(FakeDriver.TAG)
final class CudaHeadTest {

  /** What computes the products. */
  enum Products {
    CUBLAS,
    PLAIN
  }

  private FakeDriver driver;
  private FakeCublas cublas;

  @BeforeEach
  void imitate() {
    driver = FakeDriver.fresh();
    cublas = FakeCublas.load();
  }

  @AfterEach
  void nothingIsLeft() {
    Leaks.assertNone(driver);
    assertThat(cublas.handles()).isZero();
  }

  static Stream<Arguments> ways() {
    return Stream.of(Products.values())
        .flatMap(
            products ->
                Stream.of(DataType.FP32, DataType.FP64)
                    .flatMap(
                        dataType ->
                            Stream.of(CudaOptions.DEFAULT, OpenDevice.TINY)
                                .map(options -> Arguments.of(products, dataType, options))));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void computesABatch(Products products, DataType dataType, CudaOptions options) {
    try (CudaDevice device = open(products, options)) {
      // The last one's rows are longer than the tiny staging memory.
      for (int[] shape : new int[][] {{1, 1}, {1, 30}, {10, 7}, {65, 33}, {3, 1100}}) {
        HeadParameters parameters = HeadChecks.parameters(shape[0], shape[1], shape[1] % 2 == 0);
        try (Head head = device.head(parameters, dataType)) {
          HeadChecks.checkBatch(head, parameters, dataType, new Random(shape[1]));
        }
      }
    }
    assertThat(driver.count("cublasSgemm") + driver.count("cublasDgemm") > 0)
        .isEqualTo(products == Products.CUBLAS);
  }

  @ParameterizedTest
  @EnumSource
  void theRowsOfManyRequestsShareOneProduct(Products products) {
    HeadParameters parameters = HeadChecks.parameters(10, 20, true);
    try (CudaDevice device = open(products, CudaOptions.DEFAULT);
        Head head = device.head(parameters, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(1))) {
      List<HeadTask> tasks = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        tasks.add(HeadChecks.task(parameters, i % 7, tensors));
      }
      head.run(tasks);
      tasks.forEach(task -> HeadChecks.check(parameters, DataType.FP32, task));
      boolean byCublas = products == Products.CUBLAS;
      assertThat(driver.count("cublasSgemm")).isEqualTo(byCublas ? 1 : 0);
      assertThat(driver.count("cuLaunchKernel")).isEqualTo(byCublas ? 1 : 2);
    }
  }

  @Test
  void manyRowsAreCutIntoProductsOfSeveralStreams() {
    HeadParameters parameters = HeadChecks.parameters(3, 50, false);
    try (CudaDevice device = open(Products.CUBLAS, OpenDevice.TINY);
        Head head = device.head(parameters, DataType.FP64);
        Tensors tensors = new Tensors(DataType.FP64, new Random(2))) {
      HeadTask task = HeadChecks.task(parameters, 100, tensors);
      head.run(List.of(task));
      HeadChecks.check(parameters, DataType.FP64, task);
      assertThat(driver.count("cublasDgemm")).isBetween(10L, 30L);
    }
  }

  @Test
  void aRowHasTheSameBitsWhateverRowsAreBesideItWithThePlainKernel() {
    HeadParameters parameters = HeadChecks.parameters(70, 100, true);
    try (CudaDevice device = open(Products.PLAIN, CudaOptions.DEFAULT);
        Head head = device.head(parameters, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(3))) {
      HeadTask many = HeadChecks.task(parameters, 70, tensors);
      head.run(List.of(many));
      for (int row : new int[] {0, 31, 64, 69}) {
        HeadTask alone =
            new HeadTask(1, many.features().asSlice(row * 400L, 400), tensors.empty(70), null);
        head.run(List.of(alone));
        assertThat(tensors.read(alone.logits(), 0, 70))
            .isEqualTo(tensors.read(many.logits(), row * 70L, 70));
      }
    }
  }

  @Test
  void tf32IsOffUnlessAskedFor() {
    HeadParameters parameters = HeadChecks.parameters(5, 200, false);
    CudaOptions options = CudaOptions.DEFAULT.withTf32(true);
    try (CudaDevice device = open(Products.CUBLAS, options);
        Head head = device.head(parameters, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(4))) {
      HeadTask task = HeadChecks.task(parameters, 9, tensors);
      head.run(List.of(task));
      HeadChecks.check(parameters, DataType.FP32, task, 0x1p-10);
      assertThatThrownBy(() -> HeadChecks.check(parameters, DataType.FP32, task))
          .isInstanceOf(AssertionError.class);
    }
  }

  static Stream<ExecutorService> threads() {
    return Stream.of(Executors.newVirtualThreadPerTaskExecutor(), Executors.newFixedThreadPool(16));
  }

  @ParameterizedTest
  @MethodSource("threads")
  void computesWhatEachOfManyThreadsAsks(ExecutorService threads) throws Exception {
    HeadParameters parameters = HeadChecks.parameters(4, 25, true);
    try (CudaDevice device = open(Products.CUBLAS, OpenDevice.TINY);
        Head shared = device.head(parameters, DataType.FP32)) {
      List<Future<?>> answers = new ArrayList<>();
      try (threads) {
        for (int i = 0; i < 16; i++) {
          int seed = i;
          answers.add(
              threads.submit(
                  () -> {
                    HeadChecks.checkBatch(shared, parameters, DataType.FP32, new Random(seed));
                    HeadParameters others = HeadChecks.parameters(2, 3 + seed, false);
                    try (Head own = device.head(others, DataType.FP64)) {
                      HeadChecks.checkBatch(own, others, DataType.FP64, new Random(seed));
                    }
                  }));
        }
      }
      for (Future<?> answer : answers) {
        answer.get();
      }
    }
  }

  @Test
  void theFirstHeadStartsCublasAndTheDeviceEndsIt() {
    try (CudaDevice device = open(Products.CUBLAS, CudaOptions.DEFAULT)) {
      assertThat(cublas.handles()).isZero();
      device.head(HeadChecks.parameters(1, 1, false), DataType.FP32).close();
      device.head(HeadChecks.parameters(1, 1, false), DataType.FP32).close();
      assertThat(cublas.handles()).isEqualTo(CudaOptions.DEFAULT.streams());
    }
  }

  @Test
  void isFreedOnceAndWithItsDeviceAtTheLatest() {
    HeadParameters parameters = HeadChecks.parameters(2, 3, false);
    CudaDevice device = open(Products.CUBLAS, CudaOptions.DEFAULT);
    Head closed = device.head(parameters, DataType.FP32);
    long before = driver.count("cuMemFree");
    closed.close();
    closed.close();
    assertThat(driver.count("cuMemFree")).isEqualTo(before + 1);
    Head open = device.head(parameters, DataType.FP32);
    device.close();
    Leaks.assertNone(driver);
    open.close();
    try (Tensors tensors = new Tensors(DataType.FP32, new Random(5))) {
      List<HeadTask> tasks = List.of(HeadChecks.task(parameters, 1, tensors));
      assertThatThrownBy(() -> closed.run(tasks)).hasMessage("the head is closed");
      assertThatThrownBy(() -> open.run(tasks)).hasMessage("the head is closed");
    }
    assertThatThrownBy(() -> device.head(parameters, DataType.FP32))
        .hasMessage("the device is closed");
  }

  @Test
  void refusesWhatDoesNotFit() {
    HeadParameters parameters = HeadChecks.parameters(2, 3, false);
    try (CudaDevice device = open(Products.CUBLAS, CudaOptions.DEFAULT);
        Head head = device.head(parameters, DataType.FP32);
        Tensors tensors = new Tensors(DataType.FP32, new Random(6))) {
      HeadTask small = new HeadTask(2, tensors.empty(6), tensors.empty(3), null);
      assertThatThrownBy(() -> head.run(List.of(small)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("logits of 2 rows by 2 need 16 bytes of native memory, got 12 bytes");
      assertThatThrownBy(() -> device.head(parameters, DataType.FP16))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a head computes in FP32 or FP64");
    }
  }

  private CudaDevice open(Products products, CudaOptions options) {
    if (products == Products.PLAIN) {
      driver.fail("cublasCreate", 1, CublasStatus.NOT_INITIALIZED);
    }
    return OpenDevice.open(options);
  }
}
