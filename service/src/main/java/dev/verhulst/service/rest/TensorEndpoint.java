package dev.verhulst.service.rest;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The container's endpoint, which serves connections that carry large bodies on platform threads.
 *
 * <p>A request of many megabytes waits for its client dozens of times. Each time a virtual thread
 * steps aside it leaves garbage, and its whole stack where that is deeper than the last time; a
 * platform thread leaves none. What the next request of a connection will be like is told by the
 * one before.
 */
final class TensorEndpoint extends NioEndpoint {

  /** From how many bytes on a body is large: its client sends it in several goes. */
  static final long LARGE_BODY = 1L << 20;

  /** Further connections with large bodies are served on virtual threads, as small ones are. */
  private static final int MOST_THREADS = 64;

  private static final int IDLE_SECONDS = 10;

  private volatile @Nullable ExecutorService platformThreads;

  @Override
  protected NioChannel createChannel(SocketBufferHandler buffers) {
    return isSSLEnabled() ? super.createChannel(buffers) : new PlainChannel(buffers);
  }

  @Override
  public void startInternal() throws Exception {
    platformThreads =
        new ThreadPoolExecutor(
            0,
            MOST_THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name(getName() + "-large-", 0).factory());
    super.startInternal();
  }

  @Override
  public void stopInternal() {
    super.stopInternal();
    ExecutorService threads = platformThreads;
    if (threads != null) {
      threads.shutdown();
    }
  }

  @Override
  public boolean processSocket(
      @Nullable SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
    ExecutorService threads = platformThreads;
    if (dispatch && socket != null && threads != null) {
      PlainChannel channel = PlainChannel.of(socket);
      if (channel != null && channel.carriesLargeBodies()) {
        try {
          threads.execute(() -> processHere(socket, event));
          return true;
        } catch (RejectedExecutionException e) {
          // All of them are busy.
        }
      }
    }
    return super.processSocket(socket, event, dispatch);
  }

  private void processHere(SocketWrapperBase<NioChannel> socket, SocketEvent event) {
    if (!super.processSocket(socket, event, false)) {
      socket.close();
    }
  }
}
