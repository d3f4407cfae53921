package dev.verhulst.service.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventLoopThreadTest {

  private final AtomicInteger successions = new AtomicInteger();

  private void inAnEventLoopThread(Runnable task) throws InterruptedException {
    EventLoopThread thread = new EventLoopThread(task, "loop");
    thread.start();
    thread.join();
  }

  private void runsLoop() {
    ((EventLoopThread) Thread.currentThread()).runsLoop(successions::incrementAndGet);
  }

  @Test
  void leavesItsLoopOnce() throws InterruptedException {
    inAnEventLoopThread(
        () -> {
          runsLoop();
          EventLoopThread.leaveLoop();
          EventLoopThread.leaveLoop();
        });
    assertThat(successions).hasValue(1);
  }

  @Test
  void mayRunALoopAgainThatItHasLeft() throws InterruptedException {
    inAnEventLoopThread(
        () -> {
          runsLoop();
          EventLoopThread.leaveLoop();
          runsLoop();
          EventLoopThread.leaveLoop();
        });
    assertThat(successions).hasValue(2);
  }

  @Test
  void leavesNothingWhereItRunsNoLoop() throws InterruptedException {
    inAnEventLoopThread(EventLoopThread::leaveLoop);
    EventLoopThread.leaveLoop();
    assertThat(successions).hasValue(0);
  }
}
