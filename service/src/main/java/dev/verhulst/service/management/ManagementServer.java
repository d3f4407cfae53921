package dev.verhulst.service.management;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.verhulst.service.lifecycle.StartException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * The server behind the management port. It is the JDK's own small one: it starts in no time, and
 * answers while the one for requests is overwhelmed. It opens before that one, and closes after it.
 */
public final class ManagementServer implements SmartLifecycle {

  /** Below the phases in which Spring Boot starts and stops its web server. */
  private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 4096;

  private final ManagementProperties properties;
  private final Map<String, HttpHandler> handlers;
  private @Nullable HttpServer server;
  private @Nullable ExecutorService executor;

  /**
   * @param handlers what answers, by path
   */
  public ManagementServer(ManagementProperties properties, Map<String, HttpHandler> handlers) {
    this.properties = properties;
    this.handlers = handlers;
  }

  /** The port that it listens on. */
  public int port() {
    return Objects.requireNonNull(server, "the management server does not run")
        .getAddress()
        .getPort();
  }

  @Override
  public void start() {
    try {
      HttpServer opened = HttpServer.create(address(), 0);
      handlers.forEach(opened::createContext);
      opened.createContext("/", Exchanges::notFound);
      executor = Executors.newVirtualThreadPerTaskExecutor();
      opened.setExecutor(executor);
      opened.start();
      server = opened;
    } catch (BindException e) {
      throw new StartException(
          "management port "
              + properties.port()
              + " cannot be opened ("
              + e.getMessage()
              + "); stop what holds it, or choose another with --management.server.port");
    } catch (IOException e) {
      throw new StartException("the management port cannot be opened: " + e);
    }
  }

  private InetSocketAddress address() throws IOException {
    return properties.address() == null
        ? new InetSocketAddress(properties.port())
        : new InetSocketAddress(InetAddress.getByName(properties.address()), properties.port());
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    if (executor != null) {
      executor.shutdownNow();
      executor = null;
    }
  }

  @Override
  public boolean isRunning() {
    return server != null;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
