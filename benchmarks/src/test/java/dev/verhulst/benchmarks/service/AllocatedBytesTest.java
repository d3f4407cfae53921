package dev.verhulst.benchmarks.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllocatedBytesTest {

  /** A program that allocates 64 KiB for every byte that it reads. */
  static final class Allocator {

    static volatile byte[] last = {};

    public static void main(String[] arguments) throws IOException {
      while (System.in.read() >= 0) {
        last = new byte[1 << 16];
        System.out.write(1);
        System.out.flush();
      }
    }
  }

  @Test
  void tellsWhatAnotherJvmAllocated() throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                Allocator.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var requests = process.getOutputStream();
        var answers = process.getInputStream();
        AllocatedBytes allocated = new AllocatedBytes(process.pid())) {
      for (int count : List.of(1, 1000)) {
        allocated.sinceLast();
        for (int i = 0; i < count; i++) {
          requests.write(1);
          requests.flush();
          assertThat(answers.read()).isEqualTo(1);
        }
        assertThat(allocated.sinceLast() / (double) (count << 16))
            .isBetween(0.9, count == 1 ? 4 : 1.1);
      }
    } finally {
      process.destroy();
    }
  }
}
