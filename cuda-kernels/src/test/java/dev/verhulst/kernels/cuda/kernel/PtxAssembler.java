package dev.verhulst.kernels.cuda.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** NVIDIA's assembler of PTX, as JCuda ships it: linked statically, needs no driver. */
final class PtxAssembler {

  static {
    loadFromDirectoryOfItsOwn();
  }

  private PtxAssembler() {}

  /**
   * What the assembler said.
   *
   * @param errors why it failed; empty where it did not
   * @param information registers, stack and spills of every entry
   */
  record Result(String errors, String information) {}

  /**
   * Assembles a text.
   *
   * @param architecture the GPU to assemble for, e.g. {@code sm_90}
   */
  static Result assemble(byte[] ptx, String architecture) {
    byte[] terminated = Arrays.copyOf(ptx, ptx.length + 1);
    nvPTXCompilerHandle compiler = new nvPTXCompilerHandle();
    require(JNvPTXCompiler.nvPTXCompilerCreate(compiler, terminated.length, terminated));
    try {
      String[] options = {"--gpu-name=" + architecture, "--verbose"};
      int result = JNvPTXCompiler.nvPTXCompilerCompile(compiler, options.length, options);
      long[] size = new long[1];
      require(JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(compiler, size));
      byte[] errors = new byte[(int) size[0] + 1];
      require(JNvPTXCompiler.nvPTXCompilerGetErrorLog(compiler, errors));
      require(JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(compiler, size));
      byte[] information = new byte[(int) size[0] + 1];
      require(JNvPTXCompiler.nvPTXCompilerGetInfoLog(compiler, information));
      boolean succeeded = result == nvPTXCompileResult.NVPTXCOMPILE_SUCCESS;
      return new Result(
          succeeded ? "" : nvPTXCompileResult.stringFor(result) + ": " + text(errors),
          text(information));
    } finally {
      JNvPTXCompiler.nvPTXCompilerDestroy(compiler);
    }
  }

  private static void require(int result) {
    if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new IllegalStateException(
          "the PTX compiler returned " + nvPTXCompileResult.stringFor(result));
    }
  }

  private static String text(byte[] terminated) {
    int length = 0;
    while (length < terminated.length && terminated[length] != 0) {
      length++;
    }
    return new String(terminated, 0, length, UTF_8);
  }

  /** JCuda unpacks its library under a fixed name, where another JVM may be doing the same. */
  private static void loadFromDirectoryOfItsOwn() {
    String property = "java.io.tmpdir";
    String before = System.getProperty(property);
    try {
      Path directory = Files.createTempDirectory("ptx-compiler");
      System.setProperty(property, directory.toString());
      JNvPTXCompiler.setExceptionsEnabled(false);
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      System.setProperty(property, before);
    }
  }
}
