package dev.verhulst.testcontainers;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Waits until the service is ready, and no longer than it runs. */
final class ReadyWaitStrategy extends AbstractWaitStrategy {

  private static final int PAUSE_MILLISECONDS = 200;
  private static final int ANSWER_MILLISECONDS = 1000;
  private static final int LINES = 20;

  @Override
  protected void waitUntilReady() {
    long start = System.nanoTime();
    while (!isReady()) {
      if (!waitStrategyTarget.isRunning()) {
        throw failure("it ended before it was ready");
      }
      if (System.nanoTime() - start > startupTimeout.toNanos()) {
        throw failure("it is not ready after " + startupTimeout.toSeconds() + " s");
      }
      pause();
    }
  }

  private boolean isReady() {
    String url =
        "http://%s:%d/v2/health/ready"
            .formatted(
                waitStrategyTarget.getHost(),
                waitStrategyTarget.getMappedPort(VerhulstContainer.HTTP_PORT));
    try {
      HttpURLConnection call = (HttpURLConnection) URI.create(url).toURL().openConnection();
      call.setConnectTimeout(ANSWER_MILLISECONDS);
      call.setReadTimeout(ANSWER_MILLISECONDS);
      try {
        return call.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        call.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }

  private ContainerLaunchException failure(String what) {
    List<String> log = waitStrategyTarget.getLogs().lines().toList();
    List<String> end = log.subList(Math.max(0, log.size() - LINES), log.size());
    return new ContainerLaunchException(
        "The service does not start: " + what + ". Its log ends so:\n" + String.join("\n", end));
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerLaunchException("interrupted while the service was starting", e);
    }
  }
}
