package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The pod of {@code helm test}. It is a hook, which Helm's library does not render. */
final class TestPod {

  private static final String HOOK = "    helm.sh/hook: test\n";

  private TestPod() {}

  /**
   * The pod, as an object like any other.
   *
   * @param empty a directory for a copy of the chart in which it is no hook
   */
  static JsonNode render(String values, Path empty) throws IOException {
    Chart copy = Chart.CURRENT.copyTo(empty.resolve("verhulst"));
    Path template = copy.file("templates/tests/infer.yaml");
    String text = Files.readString(template);
    if (!text.contains(HOOK)) {
      throw new AssertionError("the pod of helm test is no hook any more");
    }
    Files.writeString(template, text.replace(HOOK, ""));
    return copy.render(values).only("Pod");
  }

  /**
   * Runs its command here.
   *
   * @param directory what the chart mounts
   * @return the command's exit status
   */
  static int run(JsonNode pod, Path directory, RunningService service) throws Exception {
    JsonNode container = pod.at("/spec/containers/0");
    List<String> command =
        Stream.of("command", "args")
            .flatMap(name -> container.at("/" + name).valueStream())
            .map(word -> word.asText().replace(RunningService.MOUNTED, directory.toString()))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("test-pod.log").toFile());
    builder.environment().put("HOST", "localhost");
    builder.environment().put("PORT", Integer.toString(service.port("http")));
    builder.environment().put("METRICS_PORT", Integer.toString(service.port("metrics")));
    Process process = builder.start();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the command does not end");
    }
    return process.exitValue();
  }
}
