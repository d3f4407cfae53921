package dev.verhulst.client.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * Logs every attempt, with its status or failure and its duration, at {@code DEBUG} under {@code
 * dev.verhulst.client}. Headers and bodies are not logged.
 */
public final class LoggingTransport implements Transport {

  private final Transport delegate;
  private final InstantSource clock;
  private final Logger logger;

  public LoggingTransport(Transport delegate, InstantSource clock, Logger logger) {
    this.delegate = delegate;
    this.clock = clock;
    this.logger = logger;
  }

  @Override
  public <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler) {
    CompletableFuture<HttpResponse<B>> call = delegate.send(request, bodyHandler);
    if (logger.isLoggable(Level.DEBUG)) {
      Instant start = clock.instant();
      call.whenComplete(
          (response, failure) ->
              logger.log(
                  Level.DEBUG,
                  "{0} {1}: {2} after {3} ms",
                  request.method(),
                  request.uri(),
                  failure == null ? "status " + response.statusCode() : failure.toString(),
                  Duration.between(start, clock.instant()).toMillis()));
    }
    return call;
  }

  @Override
  public void close() {
    delegate.close();
  }
}
