package dev.verhulst.client.transport;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

/**
 * Sends a request and brings its answer. Thread-safe. Decorators add what is not about sending:
 * {@link DeadlineTransport}, {@link RetryingTransport}, {@link LoggingTransport}.
 */
public interface Transport extends AutoCloseable {

  /**
   * Sends the request. Every status is an answer; the future fails with what kept the answer from
   * coming, as {@link java.net.http.HttpClient} reports it. Cancelling the future gives the call up
   * and closes its connection.
   *
   * @param request the request; its timeout is that of the whole call
   * @param bodyHandler what to do with the answer's body; asked anew for every attempt
   */
  <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler);

  /** Lets go of what the transport holds. Closing twice is harmless. */
  @Override
  void close();
}
