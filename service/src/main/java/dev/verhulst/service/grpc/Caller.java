package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a call, for the thread that serves it: what the transport says of the call on
 * its own threads reaches that thread from here. Thread-safe.
 */
final class Caller {

  private static final long NEAR_MILLISECONDS = 5;

  /**
   * Up to how many bytes a single message is not waited for: 64 KiB of elements, and what is said
   * of them. The transport gathers a megabyte of such before it says that it takes no more.
   */
  private static final int SHORT = 68 * 1024;

  private final ServerCall<IncomingMessage, OutgoingMessage> call;
  private final Metadata headers;
  private final Context context = Context.current();
  private @Nullable Thread thread;
  private boolean left;
  private boolean closed;
  private boolean completed;
  private @Nullable InferenceException refused;

  /** Belongs to the thread that serves the call. */
  private boolean headersSent;

  Caller(ServerCall<IncomingMessage, OutgoingMessage> call, Metadata headers) {
    this.call = call;
    this.headers = headers;
  }

  /** The value of the call's metadata of that name; null where there is none. */
  @Nullable String metadata(String name) {
    return headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
  }

  /** Leaves it to the model that the call asks for to count it. */
  void leaveToModel() {
    RefusedCalls.leaveToModel(context);
  }

  /** Starts the thread that serves the call, unless the call has ended. */
  synchronized boolean serve(String name, Runnable work) {
    if (left || closed) {
      return false;
    }
    thread = Thread.ofVirtual().name(name).start(work);
    return true;
  }

  /** The caller has cancelled the call, closed its connection, or set a deadline that passed. */
  synchronized void leave() {
    left = true;
    notifyAll();
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** The transport takes more again. */
  synchronized void ready() {
    notifyAll();
  }

  /**
   * Turns the call away, from the transport's thread: at once where nobody serves it yet, or else
   * by way of the thread that does.
   */
  synchronized void refuse(InferenceException error) {
    refused = error;
    if (thread == null) {
      end(error);
    } else {
      thread.interrupt();
    }
  }

  /**
   * Sends a message and waits until the transport has passed it on to the network, so that the
   * answers of all calls never take more memory there than they have leased here. Only the thread
   * that serves the call sends.
   *
   * @throws InferenceException where the caller has left
   */
  void send(OutgoingMessage message) throws InterruptedException {
    expectThere();
    if (!headersSent) {
      headersSent = true;
      call.sendHeaders(new Metadata());
    }
    // Not under the lock, which the transport's threads take: a large message is a while to copy.
    call.sendMessage(message);
    boolean single = call.getMethodDescriptor().getType().serverSendsOneMessage();
    if (call.isReady() && !(single && message.available() > SHORT)) {
      return;
    }
    if (single) {
      // The transport keeps a single message until the call is closed.
      end();
    }
    synchronized (this) {
      while (!completed && (single || !call.isReady())) {
        expectThere();
        wait();
      }
    }
  }

  /** Everything that was sent has left, and the call has ended. */
  synchronized void complete() {
    completed = true;
    notifyAll();
  }

  /** Ends the call; without effect where it has ended. */
  void end() {
    end(Status.OK, new Metadata());
  }

  /** Ends the call with an error; without effect where it has ended. */
  void end(InferenceException error) {
    end(GrpcErrors.status(error), GrpcErrors.trailers(error));
  }

  /** What an interrupt of the thread that serves the call stands for. */
  synchronized InferenceException interrupted() {
    if (left) {
      return whyLeft();
    }
    return refused == null ? GrpcErrors.stopping() : refused;
  }

  /** Throws where the caller has left. */
  synchronized void expectThere() {
    if (left) {
      throw whyLeft();
    }
  }

  /** Throws where the call was turned away. */
  synchronized void expectWelcome() {
    if (refused != null) {
      throw refused;
    }
  }

  private InferenceException whyLeft() {
    return context.cancellationCause() instanceof TimeoutException || deadlineIsNear()
        ? new InferenceException(ErrorKind.TIMEOUT, "the call's deadline has passed")
        : new InferenceException(ErrorKind.CANCELLED, "the client has left");
  }

  /** A caller's own timer may be a little ahead of the server's, and cancels the call. */
  private boolean deadlineIsNear() {
    Deadline deadline = context.getDeadline();
    return deadline != null && deadline.timeRemaining(TimeUnit.MILLISECONDS) < NEAR_MILLISECONDS;
  }

  private synchronized void end(Status status, Metadata trailers) {
    if (!closed && !left) {
      closed = true;
      call.close(status, trailers);
    }
  }
}
