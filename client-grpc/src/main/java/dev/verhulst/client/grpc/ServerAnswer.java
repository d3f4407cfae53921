package dev.verhulst.client.grpc;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * How far a call has come: whether its request was on its way, and whether its status is that of
 * the other end, which has sent it as trailers, and not the transport's own. One instance watches
 * one call, and says over which connection it goes and what comes.
 */
final class ServerAnswer extends ClientStreamTracer.Factory implements ClientInterceptor {

  private static final Metadata.Key<String> CONTENT_TYPE =
      Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER);

  private final Reconnection reconnection;
  private volatile Reconnection.@Nullable Silence silence;
  private volatile boolean sent;
  private volatile boolean arrived;

  ServerAnswer(Reconnection reconnection) {
    this.reconnection = reconnection;
  }

  /**
   * Whether the other end has answered.
   *
   * @param failure what the call has failed with; where a proxy has answered in plain HTTP, it
   *     holds the headers of that
   */
  boolean hasArrived(Throwable failure) {
    Metadata trailers = Status.trailersFromThrowable(failure);
    return arrived || (trailers != null && trailers.containsKey(CONTENT_TYPE));
  }

  /** Whether the server may have the request, and nobody has answered it. */
  boolean isMissing(Throwable failure) {
    return sent && !hasArrived(failure);
  }

  /** Leaves the call's connection where nothing has come over it since the call went out. */
  void leaveIfSilent() {
    Reconnection.Silence sinceThen = silence;
    if (sinceThen != null) {
      reconnection.leaveIfStill(sinceThen);
    }
  }

  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    return next.newCall(method, options.withStreamTracerFactory(this));
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      private Attributes connection = Attributes.EMPTY;

      @Override
      public void streamCreated(Attributes connection, Metadata headers) {
        this.connection = connection;
        silence = reconnection.begin(connection);
      }

      @Override
      public void outboundHeaders() {
        sent = true;
      }

      @Override
      public void inboundHeaders() {
        reconnection.hear(connection);
      }

      @Override
      public void inboundWireSize(long bytes) {
        reconnection.hear(connection);
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        arrived = true;
        reconnection.hear(connection);
      }
    };
  }
}
