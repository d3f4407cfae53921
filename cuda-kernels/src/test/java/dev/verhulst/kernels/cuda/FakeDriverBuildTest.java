package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.ForkedJvm;
import org.junit.jupiter.api.Test;

/** What becomes of the tests on the fake driver where there is no compiler. */
final class FakeDriverBuildTest {

  static final class Build {

    public static void main(String[] arguments) {
      try {
        FakeDriverBuild.directory();
      } catch (RuntimeException | AssertionError e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }

  @Test
  void failsInContinuousIntegration() throws Exception {
    assertThat(withoutCompiler("true").output())
        .isEqualTo(
            "AssertionError: The tests of the CUDA backend must run here (CI=true): install g++ on"
                + " Linux, x86-64\n");
  }

  @Test
  void isSkippedWithAReasonElsewhere() throws Exception {
    assertThat(withoutCompiler("").output())
        .isEqualTo(
            "TestAbortedException: Assumption failed: needs g++ on Linux, x86-64, to compile the"
                + " fake CUDA driver\n");
  }

  private static ForkedJvm.Result withoutCompiler(String ci) throws Exception {
    return new ForkedJvm(Build.class)
        .environment("PATH", "/nonexistent")
        .environment("CI", ci)
        .run();
  }
}
