package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
}
