package dev.verhulst.benchmarks.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The script that times PyTorch, beside the catalogue. */
final class PyTorchScriptTest {

  private static final Path SCRIPT = Path.of("src", "main", "python", "time_pytorch.py");
  private static final Pattern FUNCTIONS = Pattern.compile("(?s)\nFUNCTIONS = \\{\n(.*?)\n}");
  private static final Pattern NAME = Pattern.compile("(?m)^    \"(\\w+)\": ");

  @Test
  void timesEveryActivation() throws IOException {
    List<String> timed =
        FUNCTIONS
            .matcher(Files.readString(SCRIPT))
            .results()
            .flatMap(functions -> NAME.matcher(functions.group(1)).results())
            .map(name -> name.group(1))
            .toList();
    assertThat(timed)
        .containsExactlyInAnyOrderElementsOf(
            Activations.all().stream().map(ActivationDescriptor::name).toList());
  }
}
