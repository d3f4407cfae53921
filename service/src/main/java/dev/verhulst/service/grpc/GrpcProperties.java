package dev.verhulst.service.grpc;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the gRPC interface; those of the server itself are {@code spring.grpc.server.*}.
 *
 * @param maxMessageSize how long a gRPC request's message may be; gRPC itself allows 2 GiB less a
 *     byte (default: that of {@code verhulst.http.max-body-size})
 * @param maxConcurrentCalls how many calls a gRPC connection may have under way; further ones wait
 *     in the client
 */
@ConfigurationProperties("verhulst.grpc")
public record GrpcProperties(
    @DefaultValue("2GB") DataSize maxMessageSize, @DefaultValue("1024") int maxConcurrentCalls) {

  public GrpcProperties {
    if (maxMessageSize.toBytes() <= 0) {
      throw new IllegalArgumentException(
          "verhulst.grpc.max-message-size must be positive, got " + maxMessageSize);
    }
    if (maxConcurrentCalls <= 0) {
      throw new IllegalArgumentException(
          "verhulst.grpc.max-concurrent-calls must be positive, got " + maxConcurrentCalls);
    }
  }

  /** The limit as gRPC takes it. */
  int maxMessageBytes() {
    return (int) Math.min(maxMessageSize.toBytes(), Integer.MAX_VALUE);
  }
}
