package dev.verhulst.service.access;

import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the keys, where there are any; what speaks a protocol asks them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
public class AccessConfiguration {

  /** The setting with which callers need a key. */
  public static final String API_KEYS = "verhulst.api-keys";

  @Bean
  @ConditionalOnProperty(API_KEYS)
  ApiKeys apiKeys(AccessProperties properties) {
    return new ApiKeys(Objects.requireNonNull(properties.apiKeys()), System::nanoTime);
  }
}
