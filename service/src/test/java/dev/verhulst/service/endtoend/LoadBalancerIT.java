package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.kernels.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Three replicas behind HAProxy, under load by the SDK over HTTP and gRPC. */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS)
class LoadBalancerIT {

  private static final List<String> NAMES = List.of("A", "B", "C");
  private static final int CALLERS_PER_PROTOCOL = 4;

  /** Between a caller's calls: replicas that start need a share of the processors, too. */
  private static final long BREAK_MILLISECONDS = 20;

  private static final Path LOG = Path.of("target", "endtoend", "haproxy.log");

  private final int httpPort = FreePort.choose();
  private final int grpcPort = FreePort.choose();
  private final List<ServiceProcess> replicas = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> callers = new ArrayList<>();
  private @Nullable Process balancer;
  private volatile boolean ending;

  @BeforeAll
  void start() throws Exception {
    assumeHaProxy();
    for (int i = 0; i < NAMES.size(); i++) {
      replicas.add(ServiceProcess.beginOnPorts(FreePort.choose(), FreePort.choose()));
    }
    replicas.forEach(ServiceProcess::awaitReady);
    balancer = startBalancer();
    for (int i = 0; i < CALLERS_PER_PROTOCOL; i++) {
      callers.add(Thread.startVirtualThread(() -> call("http://localhost:" + httpPort)));
      callers.add(Thread.startVirtualThread(() -> call("grpc://localhost:" + grpcPort)));
    }
    awaitAnswers(200);
  }

  private static void assumeHaProxy() {
    boolean there =
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "haproxy")));
    if (!there && "required".equals(System.getenv("VERHULST_CONTAINERS"))) {
      throw new AssertionError("haproxy is not installed");
    }
    Assumptions.assumeTrue(there, "needs haproxy (Debian's package of that name)");
  }

  private Process startBalancer() throws IOException, InterruptedException {
    Path configuration = Path.of("..", "examples", "haproxy.cfg");
    ProcessBuilder command =
        new ProcessBuilder("haproxy", "-db", "-f", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(LOG.toFile());
    Map<String, String> environment = command.environment();
    environment.put("HTTP_PORT", "" + httpPort);
    environment.put("GRPC_PORT", "" + grpcPort);
    for (int i = 0; i < NAMES.size(); i++) {
      environment.put("HTTP_" + NAMES.get(i), "" + replicas.get(i).port());
      environment.put("GRPC_" + NAMES.get(i), "" + replicas.get(i).grpcPort());
    }
    Process process = command.start();
    while (!isOpen(grpcPort) || !isOpen(httpPort)) {
      assertThat(process.isAlive()).as(() -> read(LOG)).isTrue();
      ServiceProcess.pause();
    }
    return process;
  }

  @AfterAll
  void stop() throws Exception {
    ending = true;
    for (Thread caller : callers) {
      caller.join(TimeUnit.SECONDS.toMillis(30));
    }
    if (balancer != null) {
      balancer.destroyForcibly().waitFor();
    }
    replicas.forEach(ServiceProcess::close);
  }

  /**
   * Calls on and on; whatever is not the right answer, after the SDK's own retries, is a failure.
   */
  private void call(String url) {
    float[] x = new float[1000];
    try (VerhulstClient client = VerhulstClient.connect(url)) {
      while (!ending) {
        long number = answered.get();
        x[7] = number % 20 - 10;
        float[] y = client.sigmoid(x);
        assertThat(y).hasSize(x.length);
        assertThat(y[0]).isEqualTo(0.5f);
        assertThat((double) y[7]).isCloseTo(1 / (1 + Math.exp(-x[7])), within(1e-6));
        answered.incrementAndGet();
        Thread.sleep(BREAK_MILLISECONDS);
      }
    } catch (Throwable e) {
      failures.add(e);
    }
  }

  @Test
  void noAnswerIsWrongOrLostWhenAReplicaIsKilled() {
    kill(0);
    awaitAnswers(2_000);
    assertThat(failures).isEmpty();

    revive(0);
    awaitAnswers(2_000);
    assertThat(failures).isEmpty();
    assertThat(replicas.get(0).metrics().sum("nv_inference_request_success")).isPositive();
  }

  @Test
  void noAnswerIsWrongOrLostWhenAllReplicasAreReplacedOneAfterAnother() {
    for (int i = 0; i < replicas.size(); i++) {
      assertThat(replicas.get(i).stop()).isIn(0, 143);
      awaitAnswers(500);
      revive(i);
      awaitAnswers(500);
    }
    assertThat(failures).isEmpty();
    assertThat(callers).allMatch(Thread::isAlive);
  }

  private void kill(int index) {
    replicas.get(index).process().destroyForcibly();
    replicas.get(index).exitCode();
  }

  private void revive(int index) {
    ServiceProcess old = replicas.get(index);
    replicas.set(index, ServiceProcess.beginOnPorts(old.port(), old.grpcPort()));
    replicas.get(index).awaitReady();
  }

  private void awaitAnswers(long more) {
    long goal = answered.get() + more;
    while (answered.get() < goal && failures.isEmpty()) {
      ServiceProcess.pause();
    }
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
