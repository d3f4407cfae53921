package dev.verhulst.service.rest;

import dev.verhulst.service.access.AccessConfiguration;
import dev.verhulst.service.access.ApiKeys;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.description.RepositoryControl;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.exchange.Inference;
import dev.verhulst.service.jobs.HeadJobs;
import dev.verhulst.service.jobs.JobsConfiguration;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.logging.LogSettings;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the HTTP interface. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpProperties.class)
@Import({AccessConfiguration.class, JobsConfiguration.class})
public class HttpConfiguration {

  @Bean
  TomcatTuning tomcatTuning(InferenceMetrics metrics) {
    return new TomcatTuning(metrics.refused());
  }

  @Bean
  PollingClientWatch clientWatch() {
    return new PollingClientWatch(Duration.ofMillis(20));
  }

  @Bean
  @ConditionalOnProperty(AccessConfiguration.API_KEYS)
  FilterRegistrationBean<ApiKeyFilter> apiKeyFilter(
      ApiKeys keys, HttpProperties properties, InferenceMetrics metrics) {
    return new FilterRegistrationBean<>(
        new ApiKeyFilter(keys, metrics.refused(), properties.lingeringClose()));
  }

  @Bean
  ServletRegistrationBean<ProtocolServlet> protocolServlet(
      ServerState state,
      ServerDescription server,
      SharedMemoryRegions sharedMemory,
      ModelDescriptions models,
      RepositoryControl repository,
      LogSettings logging,
      Inference inference,
      ObjectProvider<HeadJobs> jobs,
      ClientWatch clientWatch,
      HttpProperties properties,
      InferenceMetrics metrics) {
    InferEndpoint infer = new InferEndpoint(inference, clientWatch, properties);
    SmallJsonReader bodies = new SmallJsonReader(properties);
    ServletRegistrationBean<ProtocolServlet> servlet =
        new ServletRegistrationBean<>(
            new ProtocolServlet(
                state,
                server,
                models,
                new RepositoryEndpoint(repository, bodies),
                new SharedMemoryEndpoint(sharedMemory, bodies),
                new LoggingEndpoint(logging, bodies),
                new JobsEndpoint(jobs.getIfAvailable(), properties),
                infer,
                metrics.refused(),
                properties.lingeringClose()),
            "/*");
    servlet.setLoadOnStartup(1);
    return servlet;
  }
}
