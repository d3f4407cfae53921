package dev.verhulst.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.ForkedJvm;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import dev.verhulst.kernels.HeadTask;
import dev.verhulst.kernels.Tensors;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The warm-up of a head, in a JVM that has computed nothing else, as at the start of a service. */
class TileWarmUpTest {

  /** Warms a head up, computes it, and says whether all of its loops got fast. */
  static final class WarmUpMain {
    public static void main(String[] arguments) {
      HeadParameters parameters = HeadChecks.parameters(Integer.parseInt(arguments[0]), 40, false);
      try (CpuDevice device = new CpuDevice(2);
          PackedWeights weights = new PackedWeights(parameters, DataType.FP32);
          TileWarmUp warmUp = new TileWarmUp(weights);
          CpuHead head = device.head(parameters, DataType.FP32);
          Tensors tensors = new Tensors(DataType.FP32, new Random(1))) {
        boolean fast = warmUp.run(Duration.ofSeconds(45));
        HeadTask task = HeadChecks.task(parameters, 13, tensors);
        head.run(List.of(task));
        HeadChecks.check(parameters, DataType.FP32, task);
        System.out.println(fast ? "fast" : "slow");
      }
    }
  }

  /** Not how fast, which is the machine's, but that the compiler is done with each in the end. */
  @ParameterizedTest
  @ValueSource(ints = {3, 70})
  void endsWithEveryLoopCompiled(int labels) throws Exception {
    ForkedJvm.Result result =
        new ForkedJvm(WarmUpMain.class)
            .option("-XX:TieredStopAtLevel=4")
            .run(Integer.toString(labels));
    assertThat(result.errors()).isEmpty();
    assertThat(result.output()).isEqualTo("fast\n");
  }
}
