package dev.verhulst.service;

import com.sun.management.OperatingSystemMXBean;
import dev.verhulst.kernels.Device;
import dev.verhulst.service.batching.BatchingPolicies;
import dev.verhulst.service.batching.BatchingProperties;
import dev.verhulst.service.batching.ModelBatchers;
import dev.verhulst.service.batching.ModelsProperties;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.device.DeviceProperties;
import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.device.WarmUp;
import dev.verhulst.service.lifecycle.Readiness;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.management.HealthHandler;
import dev.verhulst.service.management.ManagementProperties;
import dev.verhulst.service.management.ManagementServer;
import dev.verhulst.service.management.MetricsHandler;
import dev.verhulst.service.memory.IdleBufferSweep;
import dev.verhulst.service.memory.MemoryProperties;
import dev.verhulst.service.memory.PooledTensorMemory;
import dev.verhulst.service.metrics.GpuCollector;
import dev.verhulst.service.metrics.InferenceCollector;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.metrics.MachineGauges;
import dev.verhulst.service.metrics.ServerGauges;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.repository.ModelRepository;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** Wires what requests run on: the device, tensor memory, the queues, the metrics. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  DeviceProperties.class,
  MemoryProperties.class,
  BatchingProperties.class,
  ModelsProperties.class,
  ManagementProperties.class
})
class RuntimeConfiguration {

  @Bean
  SettingsCheck settingsCheck(
      ListableBeanFactory beans, Environment environment, ApplicationArguments arguments) {
    return new SettingsCheck(beans, environment, arguments);
  }

  @Bean
  ServerState serverState() {
    return new ServerState();
  }

  @Bean(destroyMethod = "") // DeviceStart closes it
  ServiceDevice serviceDevice(DeviceStart start) {
    return start.device();
  }

  @Bean(destroyMethod = "") // DeviceStart closes it
  Device device(ServiceDevice device) {
    return device.device();
  }

  @Bean
  PooledTensorMemory tensorMemory(MemoryProperties properties, ServiceDevice device) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new PooledTensorMemory(
        properties.budgetBytes(system.getTotalMemorySize()),
        device.device()::allocate,
        System::nanoTime);
  }

  @Bean
  IdleBufferSweep idleBufferSweep(PooledTensorMemory memory, MemoryProperties properties) {
    return new IdleBufferSweep(memory, properties.idleRetention());
  }

  @Bean
  InferenceMetrics inferenceMetrics() {
    return new InferenceMetrics(System::nanoTime, System::currentTimeMillis);
  }

  @Bean
  ModelBatchers batchers(ServiceDevice device) {
    return new ModelBatchers(device.device(), System::nanoTime);
  }

  @Bean
  BatchingPolicies batchingPolicies(
      ModelsProperties models, BatchingProperties batching, ServiceDevice device) {
    return models.policies(batching, device.concurrency());
  }

  @Bean
  ModelSettingsCheck modelSettingsCheck(
      ModelsProperties settings, ModelRepository<ServedModel> repository) {
    return new ModelSettingsCheck(settings, repository);
  }

  @Bean
  ModelDescriptions modelDescriptions(ModelCatalogue models, ServiceDevice device) {
    return new ModelDescriptions(models, device::kind);
  }

  @Bean
  InferenceCollector inferenceCollector(
      InferenceMetrics metrics, ModelCatalogue models, PrometheusRegistry registry) {
    InferenceCollector collector = new InferenceCollector(metrics, models::queueDepth);
    registry.register(collector);
    return collector;
  }

  @Bean
  GpuCollector gpuCollector(ServiceDevice device, PrometheusRegistry registry) {
    GpuCollector collector = new GpuCollector(device::gpuReadings);
    registry.register(collector);
    return collector;
  }

  @Bean
  MachineGauges machineGauges() {
    return new MachineGauges();
  }

  @Bean(destroyMethod = "") // DeviceStart closes it
  WarmUp warmUp(DeviceStart start) {
    return start.warmUp();
  }

  @Bean
  ServerGauges serverGauges(
      ServerState state, PooledTensorMemory memory, ServiceDevice device, WarmUp warmUp) {
    return new ServerGauges(state, memory, device, warmUp);
  }

  @Bean
  ManagementServer managementServer(
      ManagementProperties properties,
      PrometheusRegistry registry,
      ServerState state,
      ServiceDevice device) {
    return new ManagementServer(
        properties,
        Map.of(
            "/metrics", new MetricsHandler(registry),
            "/health", new HealthHandler(state, device)));
  }

  @Bean
  Readiness readiness(
      ServerState state,
      ServiceDevice device,
      WarmUp warmUp,
      Environment environment,
      GrpcServerLifecycle grpc,
      ManagementServer management,
      InferenceMetrics metrics) {
    return new Readiness(
        state, device, warmUp, metrics::executions, environment, grpc::getPort, management::port);
  }
}
