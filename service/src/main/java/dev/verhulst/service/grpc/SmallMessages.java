package dev.verhulst.service.grpc;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Holds the messages of calls that carry no tensors to a limit of their own: the transport's limit
 * is made for tensors, and such a message becomes a tree on the heap.
 */
final class SmallMessages implements ServerInterceptor {

  /** How long such a message may be, in bytes, on the wire and unpacked. */
  static final int LIMIT = 4 << 20;

  /** What a message on the wire has before it. */
  private static final int PREFIX = 5;

  private SmallMessages() {}

  /** The service, with all its messages held to the limit. */
  static ServerServiceDefinition in(ServerServiceDefinition service) {
    return ServerInterceptors.intercept(
        ServerInterceptors.useInputStreamMessages(service), new SmallMessages());
  }

  /** Messages are {@link InputStream}s, since {@link #in} has asked for that. */
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Guard<Q> guard = new Guard<>(next.startCall(call, headers), call);
    InboundMemory.guard(LIMIT + PREFIX, guard::refuseTooLong, guard::refuse);
    return guard;
  }

  /** Passes on what is short enough. */
  private static final class Guard<Q> extends SimpleForwardingServerCallListener<Q> {

    private final ServerCall<Q, ?> call;
    private final AtomicBoolean refused = new AtomicBoolean();

    Guard(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    @SuppressWarnings("unchecked")
    public void onMessage(Q message) {
      byte[] bytes;
      try (InputStream stream = (InputStream) message) {
        bytes = stream.readNBytes(LIMIT + 1);
      } catch (StatusRuntimeException e) {
        // The transport counts what it unpacks too, and throws where that is over its own limit.
        refuseTooLong();
        return;
      } catch (IOException e) {
        refuse(InferenceException.invalidArgument("the message cannot be read: " + e.getMessage()));
        return;
      }
      if (bytes.length > LIMIT) {
        refuseTooLong();
      } else if (!refused.get()) {
        super.onMessage((Q) new ByteArrayInputStream(bytes));
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused.get()) {
        super.onHalfClose();
      }
    }

    void refuseTooLong() {
      refuse(
          new InferenceException(
              ErrorKind.TOO_LARGE,
              "a message of %s must not be longer than %d bytes"
                  .formatted(call.getMethodDescriptor().getBareMethodName(), LIMIT)));
    }

    private void refuse(InferenceException error) {
      if (refused.compareAndSet(false, true)) {
        call.close(GrpcErrors.status(error), GrpcErrors.trailers(error));
      }
    }
  }
}
