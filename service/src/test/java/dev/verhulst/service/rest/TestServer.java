package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.cpu.CpuDevice;
import dev.verhulst.service.batching.Batchers;
import dev.verhulst.service.fakes.ImmediateBatchers;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.memory.PooledTensorMemory;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.metrics.InferenceMetrics;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The HTTP interface in the real container on a free port, with tensor memory of its own and a
 * device that computes at once, or whatever batchers a test puts in their place.
 */
final class TestServer implements AutoCloseable {

  private final ServletWebServerApplicationContext context;

  private TestServer(ServletWebServerApplicationContext context) {
    this.context = context;
  }

  static TestServer start(String... properties) {
    return start(ImmediateBatchers::new, properties);
  }

  /**
   * @param properties settings as {@code name=value}
   */
  static TestServer start(Function<CpuDevice, Batchers> batchers, String... properties) {
    SpringApplication application = new SpringApplication(Wiring.class);
    application.setWebApplicationType(WebApplicationType.SERVLET);
    application.addInitializers(
        context ->
            context
                .getBeanFactory()
                .registerSingleton("batchersFactory", new BatchersFactory(batchers)));
    Map<String, Object> settings = new TreeMap<>();
    settings.put("server.port", 0);
    settings.put("spring.threads.virtual.enabled", true);
    settings.put("spring.main.banner-mode", "off");
    settings.put("verhulst.memory.budget", "64MB");
    for (String property : properties) {
      int equals = property.indexOf('=');
      settings.put(property.substring(0, equals), property.substring(equals + 1));
    }
    application.setDefaultProperties(settings);
    return new TestServer((ServletWebServerApplicationContext) application.run());
  }

  int port() {
    return java.util.Objects.requireNonNull(context.getWebServer()).getPort();
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + port() + path);
  }

  /** Waits until nothing is leased: an answer may arrive a moment before its memory is back. */
  void expectEverythingGivenBack() throws InterruptedException {
    TensorMemory memory = context.getBean(TensorMemory.class);
    long deadline = System.nanoTime() + 5_000_000_000L;
    while (memory.openLeases() != 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(1);
    }
    assertThat(memory.openLeases()).as("open leases").isZero();
    assertThat(memory.leasedBytes()).as("leased bytes").isZero();
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
  }

  private record BatchersFactory(Function<CpuDevice, Batchers> create) {}

  @Configuration(proxyBeanMethods = false)
  @AutoConfigurationPackage
  @Import({
    HttpConfiguration.class,
    TomcatServletWebServerAutoConfiguration.class,
    org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration.class
  })
  static class Wiring {

    @Bean
    CpuDevice device() {
      return new CpuDevice(2);
    }

    @Bean
    Batchers batchers(CpuDevice device, BatchersFactory factory) {
      return factory.create().apply(device);
    }

    @Bean
    PooledTensorMemory tensorMemory(
        CpuDevice device, dev.verhulst.service.memory.MemoryProperties properties) {
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
      return new InferenceMetrics(System::nanoTime);
    }
  }
}
