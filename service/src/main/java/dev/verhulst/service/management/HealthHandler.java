package dev.verhulst.service.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.lifecycle.ServerState;
import java.io.IOException;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * The health of the server: 200 with the status {@code UP}, or {@code DEGRADED} where a GPU is lost
 * and others or the CPU stand in for it; 503 with {@code OUT_OF_SERVICE} while it starts or stops.
 */
public final class HealthHandler implements HttpHandler {

  private final ServerState state;
  private final ServiceDevice device;

  public HealthHandler(ServerState state, ServiceDevice device) {
    this.state = state;
    this.device = device;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String description =
        new String(JsonStringEncoder.getInstance().quoteAsCharArray(device.device().description()));
    String body = "{\"status\":\"%s\",\"device\":\"%s\"}".formatted(status(), description);
    Exchanges.answer(
        exchange, state.isReady() ? 200 : 503, "application/json", body.getBytes(UTF_8));
  }

  private String status() {
    if (!state.isReady()) {
      return "OUT_OF_SERVICE";
    }
    return device.isDegraded() ? "DEGRADED" : "UP";
  }
}
