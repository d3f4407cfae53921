package dev.verhulst.client.http;

import dev.verhulst.client.transport.DaemonThreads;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Connections to any number of servers: HTTP/1.1 by the JDK's client, on threads of its own. HTTP/2
 * in the clear would cost an upgrade per connection, and frames cost large tensors half their
 * speed.
 */
final class HttpConnections {

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final ThreadPoolExecutor executor;
  private final HttpClient client;

  /**
   * @param connectTimeout how long a connection may take to come about
   * @param sslContext what to trust for https; null for the JDK's own
   */
  HttpConnections(Duration connectTimeout, @Nullable SSLContext sslContext) {
    executor = DaemonThreads.pool("verhulst-client", IDLE);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout)
            .executor(executor);
    client = (sslContext == null ? builder : builder.sslContext(sslContext)).build();
  }

  /**
   * Sends the request; cancelling the future closes its connection.
   *
   * <p>A thread waits for the answer, and completes the future. The JDK's own futures, which need
   * none, wait for the common pool of the JVM, good or bad, and that may be busy with anything.
   */
  <B> CompletableFuture<HttpResponse<B>> send(
      HttpRequest request, HttpResponse.BodyHandler<B> bodyHandler) {
    CompletableFuture<HttpResponse<B>> answer = new CompletableFuture<>();
    Future<?> exchange = executor.submit(() -> exchange(request, bodyHandler, answer));
    answer.whenComplete(
        (response, failure) -> {
          if (answer.isCancelled()) {
            exchange.cancel(true);
          }
        });
    return answer;
  }

  private <B> void exchange(
      HttpRequest request,
      HttpResponse.BodyHandler<B> bodyHandler,
      CompletableFuture<HttpResponse<B>> answer) {
    try {
      answer.complete(client.send(request, bodyHandler));
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      // The JDK wraps what has failed, to have the trace of the thread that waits.
      answer.completeExceptionally(e.getCause() == null ? e : e.getCause());
    }
  }

  /**
   * Closes idle connections and ends the threads; on Java 17 the garbage collector does the former.
   */
  void close() {
    try {
      HttpClient.class.getMethod("shutdownNow").invoke(client);
    } catch (NoSuchMethodException e) {
      // Java 21 brought it.
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the HTTP client did not shut down", e);
    }
    executor.shutdown();
  }
}
