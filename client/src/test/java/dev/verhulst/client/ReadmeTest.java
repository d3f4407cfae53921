package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** The Java examples of the client's README, and of the project's, compile. */
class ReadmeTest {

  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyExampleCompiles() throws IOException {
    List<String> blocks = new ArrayList<>(blocksOf("README.md"));
    assertThat(blocks).hasSize(8);
    blocks.addAll(blocksOf("../README.md"));
    assertThat(blocks).hasSize(9);
    String source =
        """
        import dev.verhulst.client.*;
        import dev.verhulst.client.activation.*;
        import dev.verhulst.client.coalescing.*;
        import dev.verhulst.client.inference.*;
        import dev.verhulst.client.jobs.*;
        import dev.verhulst.client.listener.*;
        import dev.verhulst.client.loss.*;
        import dev.verhulst.client.metadata.*;
        import dev.verhulst.client.micrometer.*;
        import dev.verhulst.client.protocol.*;
        import dev.verhulst.client.routing.*;
        import dev.verhulst.client.streaming.*;
        import dev.verhulst.client.transport.*;
        import io.micrometer.core.instrument.simple.*;
        import io.micrometer.observation.*;
        import java.nio.*;
        import java.time.*;
        import java.util.*;
        import java.util.concurrent.*;
        class Readme {
          void run(float[] x, float[] gradY, float[] logits, float[] target, int n, String token,
              double[][] features, double[] outcomes, double[][] heldOut, double[] heldOutOutcomes) {
        %s
          }
        }
        """
            .formatted(blocks.stream().map(ReadmeTest::scoped).collect(Collectors.joining("\n")));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("-proc:none", "-implicit:none", "-d", "target/test-classes"),
                null,
                List.of(source(source)))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
  }

  private static List<String> blocksOf(String file) throws IOException {
    return BLOCK
        .matcher(Files.readString(Path.of(file)))
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /** A block of its own, where the examples that do not make a client have one. */
  private static String scoped(String block) {
    boolean makesClient = block.contains("VerhulstClient client =");
    return "{" + (makesClient ? "" : "VerhulstClient client = null;\n") + block + "}";
  }

  private static JavaFileObject source(String code) {
    return new SimpleJavaFileObject(
        URI.create("string:///Readme.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return code;
      }
    };
  }
}
