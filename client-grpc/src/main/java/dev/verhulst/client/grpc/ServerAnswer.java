package dev.verhulst.client.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;

/**
 * How far a call has come: whether its request was on its way, and whether its status is that of
 * the other end, which has sent it as trailers, and not the transport's own. One instance watches
 * one call.
 */
final class ServerAnswer extends ClientStreamTracer.Factory implements ClientInterceptor {

  private static final Metadata.Key<String> CONTENT_TYPE =
      Metadata.Key.of("content-type", Metadata.ASCII_STRING_MARSHALLER);

  private volatile boolean sent;
  private volatile boolean arrived;

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

  @Override
  public <A, B> ClientCall<A, B> interceptCall(
      MethodDescriptor<A, B> method, CallOptions options, Channel next) {
    return next.newCall(method, options.withStreamTracerFactory(this));
  }

  @Override
  public ClientStreamTracer newClientStreamTracer(
      ClientStreamTracer.StreamInfo info, Metadata headers) {
    return new ClientStreamTracer() {
      @Override
      public void outboundHeaders() {
        sent = true;
      }

      @Override
      public void inboundTrailers(Metadata trailers) {
        arrived = true;
      }
    };
  }
}
