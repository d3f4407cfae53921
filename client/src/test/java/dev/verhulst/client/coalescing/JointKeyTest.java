package dev.verhulst.client.coalescing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.routing.Route;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JointKeyTest {

  private static final Route ROUTE = new Route(Encoding.BINARY, null);

  private static InferenceRequest.Builder request() {
    return InferenceRequest.builder("sigmoid")
        .input("x", Tensor.of(new float[] {1, 2, 3}))
        .independentRows(true);
  }

  @Test
  void letsRowsTravelTogether() {
    assertThat(JointKey.of(request().output("y").build(), ROUTE)).isPresent();
  }

  /** The classes of three rows could be taken for one class of each. */
  @Test
  void letsClassificationsGoAlone() {
    RequestedOutput classes = new RequestedOutput("y", Map.of("classification", 3), null);
    assertThat(JointKey.of(request().output(classes).build(), ROUTE)).isEmpty();
  }
}
