package dev.verhulst.client.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * Whether the status of a call is the server's: it is where the server has sent it, as trailers,
 * and the transport's own where the connection broke before. One instance watches one call.
 */
final class ServerAnswer extends ClientStreamTracer.Factory implements ClientInterceptor {

  private volatile boolean arrived;

  /** Whether the server has answered. */
  boolean hasArrived() {
    return arrived;
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
      public void inboundTrailers(Metadata trailers) {
        arrived = true;
      }
    };
  }
}
