package dev.verhulst.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verhulst.kernels.ForkedJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import jcuda.runtime.JCuda;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads the library of the CUDA runtime, which needs no driver, in many JVMs. */
final class NativeLibraryTest {

  private static final String LOADED = "loaded, with files left: 0\n";

  /** Where nobody can make a file, not even root. */
  private static final Path UNWRITABLE = Path.of("/proc");

  @TempDir private Path directory;

  /** What the JVMs of this test run: load, call, and say what is left in the directory. */
  static final class Load {

    public static void main(String[] arguments) throws IOException {
      try {
        NativeLibrary.RUNTIME.load();
        NativeLibrary.RUNTIME.load();
        int[] count = new int[1];
        JCuda.cudaGetDeviceCount(count);
        System.out.println("loaded, with files left: " + leftOfThisProcess());
      } catch (NativeLibraryException e) {
        System.out.println(e.getMessage());
      }
    }

    /** This process's own file is mapped under its name until it is deleted. */
    private static long leftOfThisProcess() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/maps")).stream()
          .filter(line -> line.contains("libJCudaRuntime") && !line.endsWith("(deleted)"))
          .filter(line -> line.contains("verhulst-natives-"))
          .count();
    }
  }

  @BeforeEach
  void onlyWhereJCudaHasNatives() {
    assumeTrue(
        NativeLibrary.supportsThisPlatform(), "JCuda's natives are for Linux on x86-64 only");
  }

  @Test
  void loadsInManyJvmsAtOnce() throws Exception {
    List<Future<ForkedJvm.Result>> starts = new ArrayList<>();
    try (ExecutorService fourAtATime = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 12; i++) {
        Callable<ForkedJvm.Result> start = () -> load(directory).run();
        starts.add(fourAtATime.submit(start));
      }
    }
    for (Future<ForkedJvm.Result> start : starts) {
      assertThat(start.get()).isEqualTo(new ForkedJvm.Result(0, LOADED, ""));
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void saysSoWhereTheDirectoryCannotBeWritten() throws Exception {
    ForkedJvm.Result result = load(UNWRITABLE).run();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output().lines())
        .singleElement()
        .asString()
        .matches(
            "JCuda's library libJCudaRuntime-[0-9.]+-linux-x86_64.so could not be unpacked into "
                + UNWRITABLE
                + " \\(.+\\): start Java with -Djava.io.tmpdir=DIRECTORY, .+");
  }

  @Test
  void saysSoWhereTheDirectoryAllowsNoExecution() throws Exception {
    String mount = "mount -t tmpfs -o noexec tmpfs %s && exec \"$0\" \"$@\"".formatted(directory);
    assumeTrue(mounts(mount), "needs the right to mount a file system (unshare -rm)");
    ForkedJvm.Result result = load(directory).through("unshare", "-rm", "sh", "-c", mount).run();
    assertThat(result.errors()).isEmpty();
    assertThat(result.output().lines())
        .singleElement()
        .asString()
        .matches(
            "JCuda's library libJCudaRuntime-[0-9.]+-linux-x86_64.so could not be loaded from "
                + directory
                + ", which does not let files be executed \\(failed to map segment.*\\): start .+");
  }

  private static boolean mounts(String mount) throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-rm", "sh", "-c", mount, "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void loadsWhatWasUnpackedIntoTheLibraryPath() throws Exception {
    String name =
        LibUtils.createLibraryFileName(
            LibUtils.createPlatformLibraryName("JCudaRuntime-" + JCudaVersion.get()));
    try (InputStream resource = JCuda.class.getResourceAsStream("/lib/" + name)) {
      Files.copy(resource, directory.resolve(name));
    }
    ForkedJvm.Result result = load(UNWRITABLE).option("-Djava.library.path=" + directory).run();
    assertThat(result).isEqualTo(new ForkedJvm.Result(0, LOADED, ""));
  }

  private static ForkedJvm load(Path temporaryDirectory) {
    return new ForkedJvm(Load.class).option("-Djava.io.tmpdir=" + temporaryDirectory);
  }
}
