package dev.verhulst.service.rest;

import dev.verhulst.service.threads.EventLoopThread;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import org.apache.tomcat.util.collections.SynchronizedStack;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container's endpoint, with a choice of threads. What the next request of a connection will be
 * like is told by the one before.
 *
 * <ul>
 *   <li>A short request is answered on the thread of its connection's {@link EventLoop}: waking
 *       another takes longer than the request.
 *   <li>A request with a large body gets a platform thread. It waits for its client dozens of
 *       times, and each time a virtual thread steps aside it leaves garbage, and its whole stack
 *       where that is deeper than the last time.
 *   <li>All others get a virtual thread, since many of them may wait at once.
 * </ul>
 */
final class TensorEndpoint extends NioEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(TensorEndpoint.class);

  /** Further connections with large bodies are served on virtual threads, as small ones are. */
  private static final int MOST_THREADS_FOR_LARGE_BODIES = 64;

  private static final int IDLE_SECONDS = 10;
  private static final Duration LETS_GO_WITHIN = Duration.ofMillis(1);
  private static final Duration LOOP_ENDS_WITHIN = Duration.ofSeconds(1);

  private final AtomicInteger threadNumber = new AtomicInteger();
  private volatile @Nullable ExecutorService threadsForLargeBodies;
  private volatile @Nullable ExecutorService threadsOfLoops;

  /** Empty while the endpoint is stopped. */
  private volatile List<EventLoop> loops = List.of();

  /** The loop of the next connection, by its number; the thread that accepts connections has it. */
  private int nextLoop;

  @Override
  protected NioChannel createChannel(SocketBufferHandler buffers) {
    return isSSLEnabled() ? super.createChannel(buffers) : new PlainChannel(buffers);
  }

  @Override
  public void startInternal() throws Exception {
    threadsForLargeBodies =
        executor(
            MOST_THREADS_FOR_LARGE_BODIES,
            Thread.ofPlatform().daemon().name(getName() + "-large-", 0).factory());
    ExecutorService threads =
        executor(
            Integer.MAX_VALUE,
            task ->
                new EventLoopThread(task, getName() + "-loop-" + threadNumber.getAndIncrement()));
    threadsOfLoops = threads;
    List<EventLoop> started = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      EventLoop loop = new EventLoop(this, threads);
      loop.start();
      started.add(loop);
    }
    loops = List.copyOf(started);
    super.startInternal();
  }

  private static ExecutorService executor(int mostThreads, ThreadFactory factory) {
    return new ThreadPoolExecutor(
        0, mostThreads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
  }

  /** In the container's order: a connection that is closed before is kept for another one. */
  @Override
  public void stopInternal() {
    List<EventLoop> ending = loops;
    super.stopInternal();
    loops = List.of();
    ending.forEach(EventLoop::destroy);
    try {
      for (EventLoop loop : ending) {
        loop.awaitEnd(LOOP_ENDS_WITHIN);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shutDown(threadsOfLoops);
    shutDown(threadsForLargeBodies);
  }

  private static void shutDown(@Nullable ExecutorService executor) {
    if (executor != null) {
      executor.shutdown();
    }
  }

  /** The poller of the connection that is accepted now. */
  @Override
  protected Poller getPoller() {
    List<EventLoop> open = loops;
    return open.isEmpty() ? super.getPoller() : open.get(Math.floorMod(nextLoop, open.size()));
  }

  /** Sets a connection up as the container does, but for the poller, which is one of several. */
  @Override
  protected boolean setSocketOptions(SocketChannel socket) {
    try {
      SynchronizedStack<NioChannel> channels = getNioChannels();
      NioChannel channel = channels == null ? null : channels.pop();
      if (channel == null) {
        channel =
            createChannel(
                new SocketBufferHandler(
                    socketProperties.getAppReadBufSize(),
                    socketProperties.getAppWriteBufSize(),
                    socketProperties.getDirectBuffer()));
      }
      nextLoop++;
      NioSocketWrapper wrapper = new NioSocketWrapper(channel, this);
      channel.reset(socket, wrapper);
      connections.put(socket, wrapper);
      socket.configureBlocking(false);
      socketProperties.setProperties(socket.socket());
      wrapper.setReadTimeout(getConnectionTimeout());
      wrapper.setWriteTimeout(getConnectionTimeout());
      wrapper.setKeepAliveLeft(getMaxKeepAliveRequests());
      wrapper.getPoller().register(wrapper);
      return true;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      // Each connection takes memory off the heap. The thread that accepts them must go on.
      LOG.warn("A connection could not be set up", e);
      if (!connections.containsKey(socket)) {
        destroySocket(socket);
      }
      return false;
    }
  }

  @Override
  public boolean processSocket(
      @Nullable SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
    if (dispatch
        && event == SocketEvent.OPEN_READ
        && socket instanceof NioSocketWrapper wrapper
        && PlainChannel.of(wrapper) instanceof PlainChannel channel) {
      if (wrapper.getPoller() instanceof EventLoop loop
          && loop.mayAnswer()
          && channel.isNextShort()) {
        loop.answerNext();
        return true;
      }
      if (channel.isNextLarge() && processOnPlatformThread(wrapper, event)) {
        return true;
      }
    }
    return super.processSocket(socket, event, dispatch);
  }

  /**
   * Answers a request on the current thread, which leads the loop. A thread that is still at the
   * connection must not hold the loop up: another one waits for it then.
   */
  void answerInLoop(NioSocketWrapper socket, EventLoop loop) {
    Lock lock = socket.getLock();
    if (!takes(lock)) {
      process(socket, SocketEvent.OPEN_READ, true);
      return;
    }
    try {
      process(socket, SocketEvent.OPEN_READ, false);
      if (!loop.isLed() && PlainChannel.of(socket) instanceof PlainChannel channel) {
        channel.hasWaited();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes the lock of a connection, and waits a moment for it: a thread lets the connection be
   * looked for again just before it lets go of it.
   */
  private static boolean takes(Lock lock) {
    try {
      return lock.tryLock(LETS_GO_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // Meant for a request that this thread has answered.
      return false;
    }
  }

  /** False where no thread is free. */
  private boolean processOnPlatformThread(NioSocketWrapper socket, SocketEvent event) {
    ExecutorService threads = threadsForLargeBodies;
    if (threads == null) {
      return false;
    }
    try {
      threads.execute(() -> process(socket, event, false));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void process(SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
    if (!super.processSocket(socket, event, dispatch)) {
      socket.close();
    }
  }
}
