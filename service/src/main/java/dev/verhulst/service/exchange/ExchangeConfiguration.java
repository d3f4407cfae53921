package dev.verhulst.service.exchange;

import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.memory.MemoryProperties;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.model.ModelCatalogue;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what every protocol's codec hands its requests to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MemoryProperties.class)
public class ExchangeConfiguration {

  @Bean
  ModelCatalogue modelCatalogue() {
    return new ModelCatalogue();
  }

  @Bean
  Inference inference(
      ModelCatalogue models,
      TensorMemory memory,
      Batchers batchers,
      InferenceMetrics metrics,
      MemoryProperties properties) {
    return new Inference(models, memory, batchers, metrics, properties.waitTimeout());
  }
}
