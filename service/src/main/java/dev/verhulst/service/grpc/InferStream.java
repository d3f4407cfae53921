package dev.verhulst.service.grpc;

import io.grpc.ServerCall;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a stream on their way from the transport to the thread that answers them: while
 * one is answered, the next two may arrive, and no more.
 */
final class InferStream extends ServerCall.Listener<IncomingMessage> implements AutoCloseable {

  private static final int AHEAD = 2;

  private final ServerCall<IncomingMessage, OutgoingMessage> call;
  private final Caller caller;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile boolean halfClosed;

  /** A message, or the end of the requests where there is none. */
  private record Event(@Nullable IncomingMessage message) {}

  InferStream(ServerCall<IncomingMessage, OutgoingMessage> call, Caller caller) {
    this.call = call;
    this.caller = caller;
    call.request(AHEAD);
  }

  /** The next request; waits for it. Null where no further one comes. */
  @Nullable IncomingMessage next() throws InterruptedException {
    IncomingMessage message = events.take().message();
    if (message != null) {
      call.request(1);
    }
    return message;
  }

  /** Whether the client has said that it sends no more. */
  boolean isHalfClosed() {
    return halfClosed;
  }

  /** Ends the requests behind those that have arrived. */
  void endWhenIdle() {
    events.add(new Event(null));
  }

  @Override
  public void onMessage(IncomingMessage message) {
    events.add(new Event(message));
  }

  @Override
  public void onHalfClose() {
    halfClosed = true;
    events.add(new Event(null));
  }

  @Override
  public void onCancel() {
    caller.leave();
  }

  @Override
  public void onReady() {
    caller.ready();
  }

  @Override
  public void onComplete() {
    caller.complete();
    close();
  }

  /** Gives the transport the buffers of requests back that nobody answers any more. */
  @Override
  public void close() {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      if (event.message() != null) {
        event.message().close();
      }
    }
  }
}
