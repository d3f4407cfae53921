package dev.verhulst.service;

import dev.verhulst.service.exchange.ExchangeConfiguration;
import dev.verhulst.service.grpc.GrpcConfiguration;
import dev.verhulst.service.rest.HttpConfiguration;
import dev.verhulst.service.tracing.TracingSwitch;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.jvm.JvmMetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.system.SystemMetricsAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryEventPublisherBeansApplicationListener;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Starts the inference server. Its HTTP port is served by one servlet without a web framework
 * around it. What it is wired from is named here, and nothing is searched for: of all that Spring
 * Boot could configure by itself the server needs a tenth, and starts a third sooner so.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import({
  RuntimeConfiguration.class,
  ExchangeConfiguration.class,
  HttpConfiguration.class,
  GrpcConfiguration.class,
  TracingSwitch.class
})
@ImportAutoConfiguration({
  ConfigurationPropertiesAutoConfiguration.class,
  PropertyPlaceholderAutoConfiguration.class,
  LifecycleAutoConfiguration.class,
  TomcatServletWebServerAutoConfiguration.class,
  MetricsAutoConfiguration.class,
  CompositeMeterRegistryAutoConfiguration.class,
  PrometheusMetricsExportAutoConfiguration.class,
  JvmMetricsAutoConfiguration.class,
  SystemMetricsAutoConfiguration.class
})
public class VerhulstApplication {

  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  public static void main(String[] arguments) {
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      System.err.println(
          "Verhulst cannot start: its kernels need the Vector API; add --add-modules "
              + VECTOR_MODULE
              + " to the java command");
      System.exit(1);
    }
    application().run(arguments);
  }

  /** The application, to be run. */
  static SpringApplication application() {
    SpringApplication application = new SpringApplication(VerhulstApplication.class);
    application.addInitializers(new DeviceStart());
    // It tells of spans' scopes, which the server has none of, and starts OpenTelemetry's context
    // for that, whether tracing is on or off.
    application.setListeners(
        application.getListeners().stream()
            .filter(each -> !(each instanceof OpenTelemetryEventPublisherBeansApplicationListener))
            .toList());
    return application;
  }
}
