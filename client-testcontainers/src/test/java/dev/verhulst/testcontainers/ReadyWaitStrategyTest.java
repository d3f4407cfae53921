package dev.verhulst.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.WaitStrategyTarget;

@Timeout(60)
class ReadyWaitStrategyTest {

  private final AtomicInteger questions = new AtomicInteger();
  private final Container container = new Container();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v2/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(
              questions.incrementAndGet() < container.ready ? 503 : 200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  @Test
  void waitsUntilTheServiceIsReady() {
    container.ready = 3;
    await(Duration.ofMinutes(1));
    assertThat(questions).hasValue(3);
  }

  @Test
  void doesNotWaitForAServiceThatHasEnded() {
    container.running = false;
    assertThatThrownBy(() -> await(Duration.ofDays(1)))
        .isInstanceOf(ContainerLaunchException.class)
        .hasMessage(
            "The service does not start: it ended before it was ready. Its log ends so:\n"
                + IntStream.range(30, 50)
                    .mapToObj(i -> "line " + i)
                    .collect(Collectors.joining("\n")));
  }

  @Test
  void givesUpWhenTheTimeIsOver() {
    assertThatThrownBy(() -> await(Duration.ofSeconds(1)))
        .isInstanceOf(ContainerLaunchException.class)
        .hasMessageStartingWith("The service does not start: it is not ready after 1 s.")
        .hasMessageEndingWith("line 49");
  }

  private void await(Duration patience) {
    new ReadyWaitStrategy().withStartupTimeout(patience).waitUntilReady(container);
  }

  /** A container whose service becomes ready with one of the questions, which may be never. */
  private final class Container implements WaitStrategyTarget {

    private int ready = Integer.MAX_VALUE;
    private boolean running = true;

    @Override
    public boolean isRunning() {
      return running;
    }

    @Override
    public String getLogs() {
      return IntStream.range(0, 50).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    @Override
    public String getHost() {
      return "localhost";
    }

    @Override
    public Integer getMappedPort(int port) {
      assertThat(port).isEqualTo(VerhulstContainer.HTTP_PORT);
      return server.getAddress().getPort();
    }

    @Override
    public List<Integer> getExposedPorts() {
      return List.of(VerhulstContainer.HTTP_PORT);
    }

    @Override
    public InspectContainerResponse getContainerInfo() {
      throw new UnsupportedOperationException();
    }
  }
}
