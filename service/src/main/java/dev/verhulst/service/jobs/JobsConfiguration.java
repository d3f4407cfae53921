package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.HeadTraining;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.lifecycle.StartException;
import dev.verhulst.service.memory.MemoryProperties;
import dev.verhulst.service.memory.PooledTensorMemory;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.repository.ModelRepository;
import dev.verhulst.service.repository.RepositoryProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires jobs, where they are switched on. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JobsProperties.class)
public class JobsConfiguration {

  private static final String ENABLED = "verhulst.jobs.enabled";

  @Bean
  @ConditionalOnProperty(ENABLED)
  JobRunner jobRunner(
      JobsProperties properties, RepositoryProperties repository, ServerState state) {
    Path directory = writable(repository.modelRepository());
    expectDirectory(properties.dataDirectory());
    try {
      return new JobRunner(properties, new JobMarkers(directory, InstantSource.system()), state);
    } catch (IOException e) {
      throw new StartException(
          "the jobs of an earlier server cannot be read in %s: %s".formatted(directory, e));
    }
  }

  @Bean
  @ConditionalOnProperty(ENABLED)
  JobMetrics jobMetrics(JobRunner runner) {
    return new JobMetrics(runner.jobs());
  }

  @Bean
  @ConditionalOnProperty(ENABLED)
  HeadJobs headJobs(
      JobRunner runner,
      JobsProperties properties,
      RepositoryProperties directory,
      ModelRepository<ServedModel> repository,
      PooledTensorMemory memory,
      MemoryProperties memoryProperties) {
    if (repository.isOneModel()) {
      throw new StartException(
          "%s needs a directory of models; verhulst.model-repository is %s, which is itself a model"
              .formatted(ENABLED, directory.modelRepository()));
    }
    HeadVersions versions = new HeadVersions(writable(directory.modelRepository()), repository);
    HeadTraining training = new HeadTraining(runner.device(), properties.threadCount());
    return new HeadJobs(
        runner.jobs(),
        new HeadFitting(
            training,
            runner.device(),
            versions,
            new DataFiles(properties.dataDirectory()),
            properties.memoryBudgetBytes()),
        new JobTensorMemory(memory, properties.tensorBudgetBytes(memory.budget())),
        memoryProperties.waitTimeout());
  }

  private static Path writable(@Nullable Path repository) {
    if (repository == null) {
      throw new StartException(
          ENABLED + " needs verhulst.model-repository: the models that jobs make are saved there");
    }
    if (!Files.isDirectory(repository) || !Files.isWritable(repository)) {
      throw new StartException(
          "%s needs a model repository that can be written to; verhulst.model-repository is %s, which cannot"
              .formatted(ENABLED, repository));
    }
    return repository;
  }

  private static void expectDirectory(@Nullable Path data) {
    if (data != null && !Files.isDirectory(data)) {
      throw new StartException(
          "verhulst.jobs.data-directory is %s, which is no directory".formatted(data));
    }
  }
}
