package dev.verhulst.service.rest;

import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.memory.MemoryProperties;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.model.ModelCatalogue;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the HTTP interface. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({HttpProperties.class, MemoryProperties.class})
public class HttpConfiguration {

  @Bean
  ModelCatalogue modelCatalogue() {
    return new ModelCatalogue();
  }

  @Bean
  TomcatTuning tomcatTuning() {
    return new TomcatTuning();
  }

  @Bean
  PollingClientWatch clientWatch() {
    return new PollingClientWatch(Duration.ofMillis(20));
  }

  @Bean
  ServletRegistrationBean<ProtocolServlet> protocolServlet(
      ServerState state,
      ModelCatalogue models,
      TensorMemory memory,
      Batchers batchers,
      InferenceMetrics metrics,
      ClientWatch clientWatch,
      HttpProperties properties,
      MemoryProperties memoryProperties) {
    InferEndpoint infer =
        new InferEndpoint(
            models,
            memory,
            batchers,
            metrics,
            clientWatch,
            properties,
            memoryProperties.waitTimeout());
    ServletRegistrationBean<ProtocolServlet> servlet =
        new ServletRegistrationBean<>(
            new ProtocolServlet(state, models, infer, properties.lingeringClose()), "/*");
    servlet.setLoadOnStartup(1);
    return servlet;
  }
}
