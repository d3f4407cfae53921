package dev.verhulst.service.management;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** All metrics, in the format that the scraper asks for: Prometheus text, or OpenMetrics. */
public final class MetricsHandler implements HttpHandler {

  private final PrometheusRegistry registry;
  private final ExpositionFormats formats = ExpositionFormats.init();

  public MetricsHandler(PrometheusRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    @Nullable String accepted = exchange.getRequestHeaders().getFirst("Accept");
    ExpositionFormatWriter writer = formats.findWriter(accepted);
    ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 16);
    writer.write(body, registry.scrape());
    Exchanges.answer(exchange, 200, writer.getContentType(), body.toByteArray());
  }
}
