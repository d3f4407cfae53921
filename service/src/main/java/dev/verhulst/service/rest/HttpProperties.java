package dev.verhulst.service.rest;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the HTTP interface; those of the connector itself are {@code server.*}.
 *
 * @param maxBodySize how long a request's body may be
 * @param lingeringClose how long the rest of a refused body is read and thrown away, so that its
 *     sender gets to read the answer
 */
@ConfigurationProperties("verhulst.http")
public record HttpProperties(
    @DefaultValue("2GB") DataSize maxBodySize, @DefaultValue("30s") Duration lingeringClose) {

  public HttpProperties {
    if (maxBodySize.toBytes() <= 0) {
      throw new IllegalArgumentException(
          "verhulst.http.max-body-size must be positive, got " + maxBodySize);
    }
    if (lingeringClose.isNegative()) {
      throw new IllegalArgumentException(
          "verhulst.http.lingering-close must not be negative, got " + lingeringClose);
    }
  }
}
