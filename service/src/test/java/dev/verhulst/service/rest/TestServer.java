package dev.verhulst.service.rest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.service.batching.BatchingPolicies;
import dev.verhulst.service.batching.BatchingProperties;
import dev.verhulst.service.batching.ModelBatchers;
import dev.verhulst.service.batching.ModelsProperties;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.exchange.ExchangeConfiguration;
import dev.verhulst.service.grpc.GrpcConfiguration;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.memory.MemoryProperties;
import dev.verhulst.service.memory.PooledTensorMemory;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.metrics.InferenceCollector;
import dev.verhulst.service.metrics.InferenceMetrics;
import dev.verhulst.service.model.ModelCatalogue;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.grpc.server.lifecycle.GrpcServerLifecycle;
import org.springframework.test.util.ReflectionTestUtils;

/**
 * The HTTP interface in the real container on a free port, with the real tensor memory and
 * batchers, on the CPU or whatever device a test puts in its place.
 */
public final class TestServer implements AutoCloseable {

  private final ServletWebServerApplicationContext context;

  private TestServer(ServletWebServerApplicationContext context) {
    this.context = context;
  }

  /**
   * @param properties settings as {@code name=value}
   */
  @SuppressWarnings("MustBeClosed") // closed with the context
  static TestServer start(String... properties) {
    return start(new CpuDevice(2), properties);
  }

  /**
   * The HTTP interface and the gRPC interface together.
   *
   * @param properties settings as {@code name=value}
   */
  @SuppressWarnings("MustBeClosed") // closed with the context
  public static TestServer startWithGrpc(String... properties) {
    return startWithGrpc(new CpuDevice(2), properties);
  }

  /**
   * The HTTP interface and the gRPC interface together.
   *
   * @param properties settings as {@code name=value}
   */
  public static TestServer startWithGrpc(Device device, String... properties) {
    return start(new SpringApplication(Wiring.class, GrpcConfiguration.class), device, properties);
  }

  /**
   * @param properties settings as {@code name=value}
   */
  static TestServer start(Device device, String... properties) {
    return start(new SpringApplication(Wiring.class), device, properties);
  }

  private static TestServer start(
      SpringApplication application, Device device, String... properties) {
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.addInitializers(
        context -> context.getBeanFactory().registerSingleton("device", device));
    Map<String, Object> settings = new TreeMap<>();
    settings.put("server.port", 0);
    settings.put("spring.grpc.server.port", 0);
    settings.put("spring.threads.virtual.enabled", true);
    settings.put("spring.main.banner-mode", "off");
    settings.put("verhulst.memory.budget", "64MB");
    for (String property : properties) {
      int equals = property.indexOf('=');
      settings.put(property.substring(0, equals), property.substring(equals + 1));
    }
    // As arguments, since they are to count for more than the packaged application.yml.
    String[] arguments =
        settings.entrySet().stream()
            .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
            .toArray(String[]::new);
    return new TestServer((ServletWebServerApplicationContext) application.run(arguments));
  }

  public int port() {
    return requireNonNull(context.getWebServer()).getPort();
  }

  /** What a thread holds that is at one of the open connections, of each. */
  List<ReentrantLock> locksOfConnections() {
    TomcatWebServer tomcat = (TomcatWebServer) requireNonNull(context.getWebServer());
    TensorEndpoint endpoint =
        ReflectionTestUtils.invokeMethod(
            tomcat.getTomcat().getConnector().getProtocolHandler(), "getEndpoint");
    return requireNonNull(endpoint).getConnections().stream()
        .map(SocketWrapperBase::getLock)
        .toList();
  }

  /** Where gRPC is. */
  public int grpcPort() {
    return bean(GrpcServerLifecycle.class).getPort();
  }

  public URI uri(String path) {
    return URI.create("http://localhost:" + port() + path);
  }

  /** Waits until nothing is leased: an answer may arrive a moment before its memory is back. */
  public void expectEverythingGivenBack() throws InterruptedException {
    TensorMemory memory = context.getBean(TensorMemory.class);
    long deadline = System.nanoTime() + 5_000_000_000L;
    long leases;
    long bytes;
    // What is looked at is compared: another client's request may only now be read.
    while ((leases = memory.openLeases()) + (bytes = memory.leasedBytes()) != 0
        && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    assertThat(leases).as("open leases").isZero();
    assertThat(bytes).as("leased bytes").isZero();
  }

  /** A count of the metrics, e.g. of failures with {@code reason="CANCELED"}. */
  public double metric(String name, String model, String... labels) {
    for (MetricSnapshot metric :
        new InferenceCollector(bean(InferenceMetrics.class), any -> 0).collect()) {
      if (metric instanceof UnknownSnapshot unknown
          && metric.getMetadata().getName().equals(name)) {
        for (UnknownSnapshot.UnknownDataPointSnapshot point : unknown.getDataPoints()) {
          if (model.equals(point.getLabels().get("model"))
              && (labels.length == 0 || labels[1].equals(point.getLabels().get(labels[0])))) {
            return point.getValue();
          }
        }
      }
    }
    throw new AssertionError("there is no metric " + name);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @AutoConfigurationPackage
  @EnableConfigurationProperties({BatchingProperties.class, ModelsProperties.class})
  @Import({
    ExchangeConfiguration.class,
    HttpConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class,
    PropertyPlaceholderAutoConfiguration.class
  })
  static class Wiring {

    @Bean
    ModelBatchers batchers(Device device) {
      return new ModelBatchers(device, System::nanoTime);
    }

    @Bean
    BatchingPolicies batchingPolicies(ModelsProperties models, BatchingProperties batching) {
      return models.policies(batching, 2);
    }

    @Bean
    ModelDescriptions modelDescriptions(ModelCatalogue models, Device device) {
      return new ModelDescriptions(models, device::kind);
    }

    @Bean
    PooledTensorMemory tensorMemory(Device device, MemoryProperties properties) {
      return new PooledTensorMemory(
          properties.budgetBytes(1L << 30), device::allocate, System::nanoTime);
    }

    @Bean
    ServerState serverState(@Value("${test.ready:true}") boolean ready) {
      ServerState state = new ServerState();
      if (ready) {
        state.markReady();
      }
      return state;
    }

    @Bean
    InferenceMetrics inferenceMetrics() {
      return new InferenceMetrics(System::nanoTime, System::currentTimeMillis);
    }
  }
}
