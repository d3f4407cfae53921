package dev.verhulst.service.exchange;

import dev.verhulst.kernels.Device;
import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.batching.BatchingPolicies;
import dev.verhulst.service.description.RepositoryControl;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.lifecycle.StartException;
import dev.verhulst.service.logging.LogSettings;
import dev.verhulst.service.memory.MemoryProperties;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.model.LogisticHeadLoader;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.model.ModelFactory;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.repository.ModelRepository;
import dev.verhulst.service.repository.RepositoryProperties;
import dev.verhulst.service.sharedmemory.SharedMemoryProperties;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import dev.verhulst.service.tracing.InferenceTracing;
import java.io.IOException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what every protocol's codec hands its requests to. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  MemoryProperties.class,
  RepositoryProperties.class,
  SharedMemoryProperties.class
})
public class ExchangeConfiguration {

  @Bean
  ModelFactory modelFactory(
      Batchers batchers, InferenceMetrics metrics, BatchingPolicies policies, Device device) {
    return new ModelFactory(
        batchers, metrics, policies, new LogisticHeadLoader(device, System::nanoTime));
  }

  @Bean
  ModelCatalogue modelCatalogue(ModelFactory factory, InferenceMetrics metrics) {
    return new ModelCatalogue(factory, metrics);
  }

  @Bean
  ModelRepository<ServedModel> modelRepository(
      RepositoryProperties properties,
      ModelFactory factory,
      ModelCatalogue models,
      ServerState state) {
    ModelRepository<ServedModel> repository =
        new ModelRepository<>(
            properties.modelRepository(), properties.modelName(), factory, models);
    repository.onChange(
        () -> state.markModelsMissing(properties.strictReadiness() && !repository.isWhole()));
    try {
      repository.loadAll();
    } catch (IOException e) {
      throw new StartException(
          "verhulst.model-repository is %s, which is no directory that can be read (%s)"
              .formatted(properties.modelRepository(), e.getClass().getSimpleName()));
    }
    return repository;
  }

  @Bean
  RepositoryControl repositoryControl(
      ModelCatalogue models, ModelRepository<ServedModel> repository) {
    return new RepositoryControl(models, repository);
  }

  @Bean
  LogSettings logSettings(LoggingSystem logging, @Value("${logging.file.name:}") String file) {
    return new LogSettings(logging, file);
  }

  @Bean
  SharedMemoryRegions sharedMemoryRegions(SharedMemoryProperties properties) {
    return new SharedMemoryRegions(properties);
  }

  @Bean
  ServerDescription serverDescription(SharedMemoryRegions sharedMemory) {
    return new ServerDescription(sharedMemory.enabled());
  }

  @Bean
  Inference inference(
      TensorMemory memory,
      SharedMemoryRegions sharedMemory,
      MemoryProperties properties,
      ObjectProvider<InferenceTracing> tracing) {
    return new Inference(
        memory,
        sharedMemory,
        properties.waitTimeout(),
        tracing.getIfAvailable(() -> InferenceTracing.OFF));
  }
}
