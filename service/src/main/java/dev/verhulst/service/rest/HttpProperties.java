package dev.verhulst.service.rest;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the HTTP interface; those of the connector itself are {@code server.*}.
 *
 * @param maxBodySize how long a request's body may be, decompressed; a longer one gets 413
 * @param lingeringClose how long the rest of a refused body is read, so that its sender gets to
 *     read the answer
 * @param minBodyRate how many bytes of a request's body have to come in a second, on average; a
 *     sender who is slower, after {@code body-grace}, gets 408. 0 for any
 * @param bodyGrace how long a body may take beside what {@code min-body-rate} allows
 * @param compressionLevel how hard answers are compressed (gzip, deflate) for clients whose {@code
 *     Accept-Encoding} asks for it: from 1, the fastest, to 9, the smallest; 0 for not at all.
 *     Compressed requests are always taken
 */
@ConfigurationProperties("verhulst.http")
public record HttpProperties(
    @DefaultValue("2GB") DataSize maxBodySize,
    @DefaultValue("30s") Duration lingeringClose,
    @DefaultValue("16KB") DataSize minBodyRate,
    @DefaultValue("60s") Duration bodyGrace,
    @DefaultValue("1") int compressionLevel) {

  public HttpProperties {
    if (maxBodySize.toBytes() <= 0) {
      throw new IllegalArgumentException(
          "verhulst.http.max-body-size must be positive, got " + maxBodySize);
    }
    if (lingeringClose.isNegative()) {
      throw new IllegalArgumentException(
          "verhulst.http.lingering-close must not be negative, got " + lingeringClose);
    }
    if (minBodyRate.isNegative()) {
      throw new IllegalArgumentException(
          "verhulst.http.min-body-rate must not be negative, got " + minBodyRate);
    }
    if (bodyGrace.isNegative()) {
      throw new IllegalArgumentException(
          "verhulst.http.body-grace must not be negative, got " + bodyGrace);
    }
    if (compressionLevel < 0 || compressionLevel > 9) {
      throw new IllegalArgumentException(
          "verhulst.http.compression-level must be from 0 (off) to 9, got " + compressionLevel);
    }
  }
}
