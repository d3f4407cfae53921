package dev.verhulst.client.http;

import dev.verhulst.client.error.Failures;
import dev.verhulst.client.transport.DaemonThreads;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Calls over HTTP/1.1 to any number of servers, each on a thread that writes, waits and reads
 * itself. The JDK's client hands a call from thread to thread, which costs a short one three times
 * what it takes; and in HTTP/2 frames cost large tensors half their speed.
 */
final class HttpConnections {

  private static final Duration LONGEST_IDLE_THREAD = Duration.ofSeconds(10);
  private static final Duration LONGEST_IDLE_CONNECTION = Duration.ofSeconds(30);

  private final ThreadPoolExecutor executor;
  private final ConnectionPool pool;
  private final Connector connector;

  /**
   * @param connectTimeout how long a connection may take to come about
   * @param sslContext what to trust for https; null for the JDK's own
   */
  HttpConnections(Duration connectTimeout, @Nullable SSLContext sslContext) {
    executor = DaemonThreads.pool("verhulst-client", LONGEST_IDLE_THREAD);
    executor.setRejectedExecutionHandler(new ThreadPoolExecutor.AbortPolicy());
    pool = new ConnectionPool(LONGEST_IDLE_CONNECTION);
    connector = new Connector(connectTimeout, sslContext);
  }

  /** Sends the request; cancelling the future closes its connection. */
  <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler) {
    CompletableFuture<HttpResponse<B>> answer = new CompletableFuture<>();
    HttpExchange<B> exchange = new HttpExchange<>(request, bodyHandler, pool, connector, executor);
    answer.whenComplete(
        (response, failure) -> {
          if (answer.isCancelled()) {
            exchange.cancel();
          }
        });
    try {
      executor.execute(() -> run(exchange, answer));
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new IOException("the client is closed", e));
    }
    return answer;
  }

  private static <B> void run(HttpExchange<B> exchange, CompletableFuture<HttpResponse<B>> answer) {
    try {
      answer.complete(exchange.run());
    } catch (IOException | RuntimeException | Error e) {
      answer.completeExceptionally(Failures.unwrap(e));
    }
  }

  /** Closes idle connections, and the others after their calls; ends the threads likewise. */
  void close() {
    pool.close();
    executor.shutdown();
  }
}
