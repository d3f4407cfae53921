package dev.verhulst.service.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ManagementPropertiesTest {

  @Test
  void hasDefaults() {
    assertThat(bind(Map.of())).isEqualTo(new ManagementProperties(8002, null));
  }

  @Test
  void isReadByName() {
    assertThat(
            bind(
                Map.of("management.server.port", "9002", "management.server.address", "127.0.0.1")))
        .isEqualTo(new ManagementProperties(9002, "127.0.0.1"));
  }

  @Test
  void aPortThatCannotBeIsRefused() {
    assertThatThrownBy(() -> bind(Map.of("management.server.port", "65536")))
        .rootCause()
        .hasMessage("port must be from 0 to 65535, got 65536");
  }

  private static ManagementProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("management.server", ManagementProperties.class);
  }
}
