package dev.verhulst.service.tracing;

import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Turns tracing on where there is an address to send spans to. Where there is none, nothing of what
 * it takes is as much as loaded.
 */
public final class TracingSwitch implements ImportSelector {

  /** The setting that holds the address. */
  static final String ENDPOINT = "management.opentelemetry.tracing.export.otlp.endpoint";

  private static final String CONFIGURATION =
      TracingSwitch.class.getPackageName() + ".TracingConfiguration";

  private final Environment environment;

  TracingSwitch(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String[] selectImports(AnnotationMetadata importing) {
    String endpoint = environment.getProperty(ENDPOINT, "");
    return endpoint.isBlank() ? new String[0] : new String[] {CONFIGURATION};
  }
}
