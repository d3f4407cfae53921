package dev.verhulst.service.rest;

import dev.verhulst.service.threads.EventLoopThread;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the requests of a part of the connections, as the container's poller does, of which
 * there is one; and lets its thread answer short requests itself. That saves waking another thread,
 * and telling the kernel twice for each request what to wait for.
 *
 * <p>One thread at a time leads: it waits and reads. A request that must wait after all makes it
 * {@linkplain EventLoopThread#leaveLoop leave}, and another thread leads from the next connection
 * on. While such a request is on its way, no other is answered by the leader itself, so that a loop
 * never has more than two threads.
 */
final class EventLoop extends NioEndpoint.Poller {

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private static final Duration PAUSE = Duration.ofMillis(10);

  private final TensorEndpoint endpoint;
  private final long selectMilliseconds;
  private final Executor threads;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** How many threads have left the loop with a request that they are still at. */
  private final AtomicInteger away = new AtomicInteger();

  private volatile @Nullable Thread leader;

  /** Whether the leader waits, or is about to: it has to be woken to see what was added. */
  private volatile boolean waiting;

  private volatile boolean closing;

  /** Connections that something has come from. The leader's, as is all below. */
  private final Deque<SelectionKey> ready = new ArrayDeque<>();

  private final Consumer<SelectionKey> becomesReady = ready::add;

  /** Whether the leader is at a key, and at no request. */
  private boolean atKey;

  /** Whether the leader is to answer the request that the key is ready for. */
  private boolean answersNext;

  /**
   * @param threads give the loop a leader, each an {@link EventLoopThread}
   */
  EventLoop(TensorEndpoint endpoint, Executor threads) throws IOException {
    endpoint.super();
    this.endpoint = endpoint;
    this.selectMilliseconds = endpoint.getSelectorTimeout();
    this.threads = threads;
  }

  void start() {
    threads.execute(this);
  }

  /** Whether the current thread leads, and may answer a short request of the key it is at. */
  boolean mayAnswer() {
    return isLed() && atKey && away.get() == 0;
  }

  /**
   * Has the leader, which is the current thread, answer the request of the key it is at: as soon as
   * it is done with the key, which is another thread's once the leader has left.
   */
  void answerNext() {
    answersNext = true;
  }

  /** Whether the current thread leads. */
  boolean isLed() {
    return leader == Thread.currentThread();
  }

  @Override
  public void add(NioSocketWrapper socket, int interestOps) {
    super.add(socket, interestOps);
    wake();
  }

  @Override
  public void register(NioSocketWrapper socket) {
    super.register(socket);
    wake();
  }

  private void wake() {
    if (waiting && !isLed()) {
      getSelector().wakeup();
    }
  }

  /** Leads until the loop ends, or the thread has left it. */
  @Override
  public void run() {
    lead();
    while (!closing) {
      SelectionKey key = ready.poll();
      if (key == null) {
        awaitRequests();
      } else if (key.attachment() instanceof NioSocketWrapper socket) {
        process(key, socket);
        if (!isLed()) {
          away.decrementAndGet();
          return;
        }
      }
    }
    end();
  }

  private void lead() {
    EventLoopThread thread = (EventLoopThread) Thread.currentThread();
    leader = thread;
    thread.runsLoop(this::replaceLeader);
  }

  /** A request that fails with an error of the virtual machine must not end the loop. */
  private void process(SelectionKey key, NioSocketWrapper socket) {
    try {
      answersNext = false;
      atKey = true;
      processKey(key, socket);
      atKey = false;
      if (answersNext) {
        endpoint.answerInLoop(socket, this);
      }
    } catch (RuntimeException | Error e) {
      LOG.error("A request failed", e);
      socket.close();
    }
  }

  private void awaitRequests() {
    try {
      // With something to do it looks through all connections once a second, and not each time.
      timeout(1, true);
      waiting = true;
      // Whoever adds something from here on sees that somebody waits.
      events();
      getSelector().select(becomesReady, selectMilliseconds);
      waiting = false;
    } catch (IOException | RuntimeException | Error e) {
      recover(e);
    }
  }

  /** Whatever fails, and be it for want of memory: the loop's connections have no other. */
  private static void recover(Throwable failure) {
    try {
      LOG.error("An event loop failed to wait for requests", failure);
      Thread.sleep(PAUSE);
    } catch (InterruptedException | OutOfMemoryError e) {
      // Neither is to be passed on: the loop goes on.
      return;
    }
  }

  /** Called on the leader's thread, in the midst of a request. */
  private void replaceLeader() {
    away.incrementAndGet();
    leader = null;
    try {
      threads.execute(this);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      LOG.warn("An event loop stands still until a request is answered: there is no thread", e);
      lead();
      away.decrementAndGet();
    }
  }

  /** Ends the loop, and closes its connections. */
  @Override
  protected void destroy() {
    closing = true;
    super.destroy();
  }

  /** Waits until the loop has ended, for a while. */
  void awaitEnd(Duration limit) throws InterruptedException {
    if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("An event loop has not ended within {}", limit);
    }
  }

  private void end() {
    try {
      events();
      timeout(0, false);
      getSelector().close();
    } catch (IOException e) {
      LOG.error("An event loop could not be closed", e);
    } finally {
      ended.countDown();
    }
  }
}
