package dev.verhulst.service.rest;

import dev.verhulst.service.exchange.Inference;
import dev.verhulst.service.model.ServedModel;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Inference over HTTP. */
final class InferEndpoint {

  private final Inference inference;
  private final ClientWatch clientWatch;
  private final HttpProperties properties;
  private final ExchangeBuffers.Pool buffersPool;

  InferEndpoint(Inference inference, ClientWatch clientWatch, HttpProperties properties) {
    this.inference = inference;
    this.clientWatch = clientWatch;
    this.properties = properties;
    this.buffersPool = new ExchangeBuffers.Pool(256);
  }

  /**
   * Answers a request, or throws what its answer is to be; it is counted either way.
   *
   * @throws IOException where the client cannot be read from or written to
   */
  void handle(ServedModel model, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long received = System.nanoTime();
    try (ExchangeBuffers buffers = buffersPool.take();
        HttpExchange exchange =
            new HttpExchange(model.model(), request, response, properties, clientWatch, buffers)) {
      inference.run(model, exchange, received);
    }
  }
}
