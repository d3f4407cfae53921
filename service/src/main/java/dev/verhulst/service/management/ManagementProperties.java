package dev.verhulst.service.management;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the management port.
 *
 * @param port where it listens; 0 for any free port
 * @param address which of the machine's addresses it listens on; all where not set
 */
@ConfigurationProperties("management.server")
public record ManagementProperties(@DefaultValue("8002") int port, @Nullable String address) {

  public ManagementProperties {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 0 to 65535, got " + port);
    }
  }
}
