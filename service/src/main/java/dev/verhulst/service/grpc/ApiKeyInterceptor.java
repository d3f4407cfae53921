package dev.verhulst.service.grpc;

import dev.verhulst.service.access.ApiKeys;
import dev.verhulst.service.inference.InferenceException;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthGrpc;

/** Refuses calls without an API key, but for those that ask for the server's health. */
final class ApiKeyInterceptor implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ApiKeys keys;

  ApiKeyInterceptor(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    try {
      if (!HealthGrpc.SERVICE_NAME.equals(call.getMethodDescriptor().getServiceName())) {
        keys.check(headers.get(AUTHORIZATION));
      }
    } catch (InferenceException e) {
      call.close(GrpcErrors.status(e), GrpcErrors.trailers(e));
      return new ServerCall.Listener<>() {};
    }
    return next.startCall(call, headers);
  }
}
