package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.ForkedJvm;
import dev.verhulst.kernels.Head;
import dev.verhulst.kernels.HeadChecks;
import dev.verhulst.kernels.HeadParameters;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The search for cuBLAS, in JVMs of their own, since a library once loaded stays. */
final class CublasTest {

  /** Computes a head, and logs to the standard output. */
  static final class Compute {

    public static void main(String[] arguments) {
      HeadParameters parameters = HeadChecks.parameters(3, 20, true);
      try (CudaDevice device = OpenDevice.open(CudaOptions.DEFAULT);
          Head head = device.head(parameters, DataType.FP32)) {
        HeadChecks.checkBatch(head, parameters, DataType.FP32, new Random(1));
      }
      System.out.println("computed");
    }
  }

  @Test
  void isFoundThroughTheLibraryPath() throws Exception {
    ForkedJvm.Result result =
        compute(FakeDriverBuild.directory() + ":" + FakeCublas.library().getParent()).run();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .endsWith("Heads compute their products with cuBLAS\ncomputed\n")
        .doesNotContain("plain");
  }

  @Test
  void isLeftAloneWhereItIsMissing() throws Exception {
    assumeFalse(isInstalled(), "this machine has a cuBLAS 12");
    ForkedJvm.Result result =
        compute(FakeDriverBuild.directory().toString()).option("-verbose:class").run();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output())
        .contains(
            "Heads compute their products with a plain kernel, slower than cuBLAS, because there is"
                + " no cuBLAS 12 (libcublas.so.12 or libcublasLt.so.12 was not found)\n",
            "computed\n")
        .doesNotContain("jcuda.jcublas.JCublas2");
  }

  private static ForkedJvm compute(String libraryPath) {
    return new ForkedJvm(Compute.class).environment("LD_LIBRARY_PATH", libraryPath);
  }

  private static boolean isInstalled() {
    try {
      SymbolLookup.libraryLookup(Cublas.LIBRARY, Arena.global());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
