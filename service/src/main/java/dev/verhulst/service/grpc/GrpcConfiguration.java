package dev.verhulst.service.grpc;

import dev.verhulst.service.access.AccessConfiguration;
import dev.verhulst.service.access.ApiKeys;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.description.RepositoryControl;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.exchange.Inference;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.logging.LogSettings;
import dev.verhulst.service.memory.PooledTensorMemory;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.model.ModelCatalogue;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import io.grpc.BindableService;
import io.grpc.netty.NettyServerBuilder;
import io.netty.util.internal.PlatformDependent;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerProperties;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerServicesAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;

/** Wires the gRPC interface into the server that Spring Boot starts. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GrpcProperties.class)
@Import(AccessConfiguration.class)
@ImportAutoConfiguration({
  SslAutoConfiguration.class,
  GrpcServerAutoConfiguration.class,
  GrpcServerServicesAutoConfiguration.class
})
public class GrpcConfiguration {

  @Bean
  InferenceService inferenceService(
      ServerState state,
      ModelCatalogue models,
      ServerDescription server,
      ModelDescriptions descriptions,
      RepositoryControl repository,
      LogSettings logging,
      SharedMemoryRegions sharedMemory,
      Inference inference,
      InferenceMetrics metrics) {
    return new InferenceService(
        new DescribingCalls(
            state, server, descriptions, repository, logging, new SharedMemoryCalls(sharedMemory)),
        new ModelInferHandler(state, models, inference),
        new ModelStreamInferHandler(state, models, inference, metrics.refused()));
  }

  @Bean
  BindableService healthService(ServerState state) {
    return new GrpcHealth(state).service();
  }

  /** What has come of messages takes about twice as much of the JVM's memory for buffers. */
  @Bean
  InboundMemory inboundMemory(PooledTensorMemory memory, GrpcProperties properties) {
    long buffers = PlatformDependent.estimateMaxDirectMemory();
    return new InboundMemory(
        Math.min(memory.budget(), buffers / 5 * 2),
        Runtime.getRuntime().maxMemory() / 4,
        properties);
  }

  /** In the place of Spring Boot's own, by its name. */
  @Bean
  GrpcServerLifecycle nettyGrpcServerLifecycle(
      NettyGrpcServerFactory factory,
      GrpcServerProperties properties,
      ApplicationEventPublisher events) {
    return new DrainingGrpcServer(factory, properties.getShutdown().getGracePeriod(), events);
  }

  /** In the place of Spring Boot's own, whose certificates the gRPC server would keep for good. */
  @Bean
  DefaultSslBundleRegistry sslBundleRegistry(ObjectProvider<SslBundleRegistrar> registrars) {
    RenewableSslBundles bundles = new RenewableSslBundles();
    registrars.orderedStream().forEach(registrar -> registrar.registerBundles(bundles));
    return bundles;
  }

  /** No call blocks the transport's threads, so they need no others to hand calls to. */
  @Bean
  ServerBuilderCustomizer<NettyServerBuilder> serverCustomizer(
      GrpcProperties properties, InboundMemory inbound, InferenceMetrics metrics) {
    return builder ->
        builder
            .directExecutor()
            .maxInboundMessageSize(properties.maxMessageBytes())
            .maxConcurrentCallsPerConnection(properties.maxConcurrentCalls())
            .addStreamTracerFactory(inbound)
            .addStreamTracerFactory(new RefusedCalls(metrics.refused()));
  }

  @Bean
  @ConditionalOnProperty(AccessConfiguration.API_KEYS)
  ServerBuilderCustomizer<NettyServerBuilder> apiKeyCustomizer(ApiKeys keys) {
    return builder -> builder.intercept(new ApiKeyInterceptor(keys));
  }
}
