package dev.verhulst.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.ConnectionException;
import dev.verhulst.client.error.UnavailableException;
import dev.verhulst.client.transport.RetryPolicy;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.output.FrameConsumerResultCallback;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.output.ToStringConsumer;

/** How a container of the image ends. */
class ContainerLifecycleIT {

  private static final int THREADS = 8;

  @Test
  void everyRequestThatWasTakenIsAnsweredWhenItIsStoppedUnderLoad() throws Exception {
    AtomicBoolean stopping = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    ExecutorService callers = Executors.newFixedThreadPool(THREADS);
    try (VerhulstContainer service = new VerhulstContainer(ServiceImage.name())) {
      service.start();
      for (int i = 0; i < THREADS; i++) {
        callers.execute(
            () -> {
              float[] x = new float[100_000];
              try (VerhulstClient client =
                  VerhulstClient.builder(service.httpUrl())
                      .retryPolicy(RetryPolicy.none())
                      .build()) {
                while (true) {
                  float[] y = client.sigmoid(x);
                  assertThat(y).hasSameSizeAs(x);
                  assertThat(y[x.length - 1]).isEqualTo(0.5f);
                  answered.incrementAndGet();
                }
              } catch (ConnectionException | UnavailableException e) {
                // The end of the service: a request refused, not one that was taken and lost.
                if (!stopping.get()) {
                  wrong.add(e);
                }
              } catch (Throwable e) {
                wrong.add(e);
              }
            });
      }
      while (answered.get() < 20 * THREADS && wrong.isEmpty()) {
        Thread.sleep(10);
      }
      stopping.set(true);
      service.getDockerClient().stopContainerCmd(service.getContainerId()).withTimeout(30).exec();
      callers.shutdown();
      assertThat(callers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(wrong).isEmpty();
      assertThat(service.getCurrentContainerInfo().getState().getExitCodeLong()).isIn(0L, 143L);
      assertThat(service.getLogs()).doesNotContain("Exception");
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void itsStartEndsWithItAndSaysWhy() {
    try (VerhulstContainer service =
        new VerhulstContainer(ServiceImage.name())
            .withSetting("verhulst.device", "tpu")
            .withStartupTimeout(Duration.ofDays(1))) {
      assertThatThrownBy(service::start)
          .rootCause()
          .hasMessageContaining("it ended before it was ready")
          .hasMessageContaining("verhulst.device cannot be 'tpu'");
    }
  }

  @Test
  void aSettingThatIsWrongEndsItWithOneLineThatSaysSo() throws Exception {
    DockerClient docker = DockerClientFactory.instance().client();
    String id =
        docker
            .createContainerCmd(ServiceImage.name())
            .withCmd("--verhulst.device=tpu")
            .exec()
            .getId();
    try {
      docker.startContainerCmd(id).exec();
      int exitCode =
          docker
              .waitContainerCmd(id)
              .exec(new WaitContainerResultCallback())
              .awaitStatusCode(60, TimeUnit.SECONDS);
      assertThat(exitCode).isEqualTo(1);
      ToStringConsumer log = new ToStringConsumer();
      FrameConsumerResultCallback frames = new FrameConsumerResultCallback();
      frames.addConsumer(OutputType.STDOUT, log);
      frames.addConsumer(OutputType.STDERR, log);
      docker.logContainerCmd(id).withStdOut(true).withStdErr(true).exec(frames).awaitCompletion();
      assertThat(log.toUtf8String().lines().filter(line -> !line.startsWith("WARNING")))
          .singleElement()
          .asString()
          .contains("verhulst.device cannot be 'tpu': expected one of auto, cpu, cuda");
    } finally {
      docker.removeContainerCmd(id).withForce(true).exec();
    }
  }
}
