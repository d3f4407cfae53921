package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class PollingClientWatchTest {

  private final PollingClientWatch watch = new PollingClientWatch(Duration.ofMillis(5));
  private final FakeConnection connection = new FakeConnection();

  private static final class FakeConnection implements ClientConnection {

    private final AtomicInteger looks = new AtomicInteger();
    private volatile boolean closed;

    @Override
    public boolean isClosedByClient() {
      looks.incrementAndGet();
      return closed;
    }

    @Override
    public void discardBody(Duration limit) {
      throw new AssertionError("nobody asked for that");
    }

    @Override
    public void readBody(ByteBuffer to, Pace pace) {
      throw new AssertionError("nobody asked for that");
    }

    @Override
    public void beginRequest() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void beginAnswer() {
      throw new AssertionError("nobody asked for that");
    }

    @Override
    public void setBinaryHeaders(long jsonLength, long bodyLength, boolean varies) {
      throw new AssertionError("nobody asked for that");
    }

    @Override
    public void writeBody(MemorySegment memory, long start) {
      throw new AssertionError("nobody asked for that");
    }
  }

  private HttpServletRequest request() {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setAttribute(ClientConnection.ATTRIBUTE, connection);
    return request;
  }

  @AfterEach
  void close() {
    watch.close();
    assertThat(Thread.interrupted()).as("left interrupted").isFalse();
  }

  @Test
  void interruptsTheThreadWhoseClientLeaves() {
    try (ClientWatch.Guard guard = watch.watch(request())) {
      connection.closed = true;
      assertThatThrownBy(() -> Thread.sleep(10_000)).isInstanceOf(InterruptedException.class);
      assertThat(guard.clientLeft()).isTrue();
    }
  }

  @Test
  void leavesTheThreadAloneWhoseClientStays() throws InterruptedException {
    try (ClientWatch.Guard guard = watch.watch(request())) {
      while (connection.looks.get() < 3) {
        Thread.sleep(1);
      }
      assertThat(guard.clientLeft()).isFalse();
    }
    int looks = connection.looks.get();
    Thread.sleep(30);
    assertThat(connection.looks.get()).as("looks after the guard was closed").isEqualTo(looks);
  }

  @Test
  void takesAnInterruptBackThatCameTooLate() throws InterruptedException {
    try (ClientWatch.Guard guard = watch.watch(request())) {
      connection.closed = true;
      while (!guard.clientLeft()) {
        Thread.onSpinWait();
      }
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void watchesNobodyWhereTheContainerGivesNoConnection() throws InterruptedException {
    try (ClientWatch.Guard guard = watch.watch(new MockHttpServletRequest())) {
      Thread.sleep(30);
      assertThat(guard.clientLeft()).isFalse();
    }
  }
}
