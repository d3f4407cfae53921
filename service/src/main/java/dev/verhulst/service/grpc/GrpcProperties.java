package dev.verhulst.service.grpc;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the gRPC interface; those of the server itself are {@code spring.grpc.server.*}.
 *
 * @param maxMessageSize how long a gRPC request's message may be; gRPC itself allows 2 GiB less a
 *     byte (default: that of {@code verhulst.http.max-body-size})
 * @param minMessageRate how many bytes of a request's message have to come in a second, on average;
 *     a sender who is slower, after {@code message-grace}, gets {@code DEADLINE_EXCEEDED}. 0 for
 *     any
 * @param messageGrace how long a message may take beside what {@code min-message-rate} allows
 * @param maxConcurrentCalls how many calls a gRPC connection may have under way; further ones wait
 *     in the client
 */
@ConfigurationProperties("verhulst.grpc")
public record GrpcProperties(
    @DefaultValue("2GB") DataSize maxMessageSize,
    @DefaultValue("16KB") DataSize minMessageRate,
    @DefaultValue("60s") Duration messageGrace,
    @DefaultValue("1024") int maxConcurrentCalls) {

  public GrpcProperties {
    if (maxMessageSize.toBytes() <= 0) {
      throw new IllegalArgumentException(
          "verhulst.grpc.max-message-size must be positive, got " + maxMessageSize);
    }
    if (minMessageRate.isNegative()) {
      throw new IllegalArgumentException(
          "verhulst.grpc.min-message-rate must not be negative, got " + minMessageRate);
    }
    if (messageGrace.isNegative()) {
      throw new IllegalArgumentException(
          "verhulst.grpc.message-grace must not be negative, got " + messageGrace);
    }
    if (maxConcurrentCalls <= 0) {
      throw new IllegalArgumentException(
          "verhulst.grpc.max-concurrent-calls must be positive, got " + maxConcurrentCalls);
    }
  }

  /** Whether so much of a message is too little after that time. */
  boolean isTooSlow(long byteSize, long nanos) {
    long rate = minMessageRate.toBytes();
    double seconds = (nanos - messageGrace.toNanos()) / 1e9;
    return rate > 0 && byteSize > 0 && seconds > 0 && seconds * rate > byteSize;
  }

  /** The limit as gRPC takes it. */
  int maxMessageBytes() {
    return (int) Math.min(maxMessageSize.toBytes(), Integer.MAX_VALUE);
  }
}
