package dev.verhulst.client.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A request and its answer. One thread runs it, any may cancel it. */
final class HttpExchange<B> {

  /**
   * Up to how long a body is written before the answer is read: 64 KiB of a tensor and a header.
   */
  private static final long SHORT = 68 << 10;

  /** The methods whose requests are sent once more where an idle connection turns out dead. */
  private static final Set<String> IDEMPOTENT = Set.of("GET", "DELETE");

  private final HttpRequest request;
  private final HttpResponse.BodyHandler<B> handler;
  private final Origin origin;
  private final ConnectionPool pool;
  private final Connector connector;
  private final Executor executor;
  private @Nullable Closeable current;
  private boolean cancelled;

  /**
   * @param executor writes long bodies
   */
  HttpExchange(
      HttpRequest request,
      HttpResponse.BodyHandler<B> handler,
      ConnectionPool pool,
      Connector connector,
      Executor executor) {
    this.request = request;
    this.handler = handler;
    this.origin = Origin.of(request.uri());
    this.pool = pool;
    this.connector = connector;
    this.executor = executor;
  }

  /** Sends the request and waits for the answer. */
  HttpResponse<B> run() throws IOException {
    Connection idle = pool.take(origin);
    if (idle != null) {
      use(idle);
      try {
        return over(idle);
      } catch (NoAnswerException e) {
        if (!IDEMPOTENT.contains(request.method())) {
          throw e;
        }
      }
    }
    return over(connector.open(request.uri(), this::use));
  }

  /** Closes the connection, on which an answer may still come. */
  synchronized void cancel() {
    cancelled = true;
    closeCurrent();
  }

  private synchronized void use(Closeable connection) {
    current = connection;
    if (cancelled) {
      closeCurrent();
      throw new CancellationException("the call was cancelled");
    }
  }

  private void closeCurrent() {
    try {
      if (current != null) {
        current.close();
      }
    } catch (IOException e) {
      // Nobody waits for it any more.
    }
  }

  private HttpResponse<B> over(Connection connection) throws IOException {
    CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
    boolean reusable = false;
    try {
      send(connection, sent);
      ResponseHead head = head(connection, sent);
      ResponseBody<B> body = new ResponseBody<>(connection.input(), handler.apply(head));
      boolean endSeen = body.read(head);
      if (head.statusCode() / 100 == 2) {
        awaitBriefly(sent);
      }
      reusable =
          endSeen
              && head.keepsConnection()
              && !connection.input().hasLeft()
              && sent.isDone()
              && !sent.isCompletedExceptionally();
      return new Received<>(request, head, body.value());
    } finally {
      release(connection, reusable);
    }
  }

  /** Sends the request: a short one here, a long one while its answer may come already. */
  private void send(Connection connection, CompletableFuture<@Nullable Void> sent)
      throws IOException {
    if (RequestOutput.contentLength(request) <= SHORT) {
      write(connection, sent);
      return;
    }
    try {
      executor.execute(() -> write(connection, sent));
    } catch (RejectedExecutionException e) {
      throw new IOException("the client is closed", e);
    }
  }

  private void write(Connection connection, CompletableFuture<@Nullable Void> sent) {
    try {
      RequestOutput.write(request, target(connection), connection.wire());
      sent.complete(null);
    } catch (IOException e) {
      // The answer may have come before: a server that refuses a body need not read it.
      sent.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      sent.completeExceptionally(e);
      connection.close();
    }
  }

  private String target(Connection connection) {
    URI url = request.uri();
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    return connection.proxied() ? "http://" + origin.authority() + target : target;
  }

  private static ResponseHead head(Connection connection, CompletableFuture<@Nullable Void> sent)
      throws IOException {
    try {
      ResponseHead head = connection.input().head();
      while (head.isInterim()) {
        if (head.statusCode() == 101) {
          throw new ProtocolException("the server switches to another protocol, unasked");
        }
        head = connection.input().head();
      }
      return head;
    } catch (NoAnswerException e) {
      throw sendingFailed(sent, e);
    }
  }

  private static IOException sendingFailed(
      CompletableFuture<@Nullable Void> sent, NoAnswerException noAnswer) {
    Throwable failure = sent.handle((nothing, thrown) -> thrown).getNow(null);
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      noAnswer.addSuppressed(failure);
    }
    return noAnswer;
  }

  /** A server that has computed with the body has read it, but its writer may not know yet. */
  private static void awaitBriefly(CompletableFuture<@Nullable Void> sent) {
    if (!sent.isDone()) {
      sent.copy().completeOnTimeout(null, 1, TimeUnit.SECONDS).handle((done, e) -> done).join();
    }
  }

  private void release(Connection connection, boolean reusable) {
    synchronized (this) {
      current = null;
      if (cancelled || !reusable) {
        connection.close();
        return;
      }
    }
    pool.giveBack(origin, connection);
  }
}
