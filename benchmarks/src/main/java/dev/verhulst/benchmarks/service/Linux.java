package dev.verhulst.benchmarks.service;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The system calls of a load generator: sockets and epoll, with nothing between, so that the load
 * costs far less than the server under it. Descriptors are plain numbers, as in C. For x86-64
 * Linux. One thread uses an instance.
 */
@SuppressWarnings("restricted") // Native calls are what it is for.
final class Linux implements AutoCloseable {

  /** What a transfer returns where it would have to wait. */
  static final int WOULD_WAIT = -1;

  private static final int EVENT_READABLE = 1;
  private static final int EVENT_WRITABLE = 4;
  private static final int EVENT_ON_CHANGE = 1 << 31;

  private static final int INTERNET = 2;
  private static final int STREAM = 1;
  private static final int TCP = 6;
  private static final int TCP_NO_DELAY = 1;
  private static final int DO_NOT_WAIT = 0x40;
  private static final int NO_SIGNAL = 0x4000;
  private static final int TRY_AGAIN = 11;
  private static final int INTERRUPTED = 4;
  private static final int ADD = 1;

  /** The size of an {@code epoll_event}, which is packed: 32 bits of events, 64 of data. */
  private static final int EVENT_SIZE = 12;

  private static final int LOOPBACK = 0x0100007F;
  private static final MemoryLayout ERRORS = Linker.Option.captureStateLayout();

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment error = arena.allocate(ERRORS);
  private final MemorySegment address = arena.allocate(16, 4);
  private final MemorySegment option = arena.allocateFrom(JAVA_INT, 1);
  private final MemorySegment event = arena.allocate(EVENT_SIZE, 4);
  private final MethodHandle socket = find("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private final MethodHandle connect = find("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle setOption =
      find("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private final MethodHandle send = find("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private final MethodHandle receive =
      find("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private final MethodHandle close = find("close", JAVA_INT, JAVA_INT);
  private final MethodHandle epollCreate = find("epoll_create1", JAVA_INT, JAVA_INT);
  private final MethodHandle epollControl =
      find("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private final MethodHandle epollWait =
      find("epoll_wait", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

  /** A socket that is connected to a port of this machine. */
  int connect(int port) throws IOException {
    try {
      int descriptor = (int) socket.invokeExact(error, INTERNET, STREAM, 0);
      check("socket", descriptor);
      address.set(JAVA_SHORT, 0, (short) INTERNET);
      address.set(JAVA_SHORT, 2, Short.reverseBytes((short) port));
      address.set(JAVA_INT, 4, LOOPBACK);
      check("connect", (int) connect.invokeExact(error, descriptor, address, 16));
      check(
          "setsockopt",
          (int) setOption.invokeExact(error, descriptor, TCP, TCP_NO_DELAY, option, 4));
      return descriptor;
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** Sends what the socket takes; the number of bytes, or {@link #WOULD_WAIT}. */
  long send(int descriptor, MemorySegment bytes) throws IOException {
    try {
      return transferred(
          "send",
          (long)
              send.invokeExact(
                  error, descriptor, bytes, bytes.byteSize(), DO_NOT_WAIT | NO_SIGNAL));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** Receives what is there; the number of bytes, 0 at the end, or {@link #WOULD_WAIT}. */
  long receive(int descriptor, MemorySegment bytes) throws IOException {
    try {
      return transferred(
          "recv",
          (long) receive.invokeExact(error, descriptor, bytes, bytes.byteSize(), DO_NOT_WAIT));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  int epoll() throws IOException {
    try {
      int descriptor = (int) epollCreate.invokeExact(error, 0);
      check("epoll_create1", descriptor);
      return descriptor;
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** Reports every change of a socket to readable or writable, under a number of the caller's. */
  void watch(int epoll, int descriptor, int number) throws IOException {
    try {
      event.set(JAVA_INT, 0, EVENT_READABLE | EVENT_WRITABLE | EVENT_ON_CHANGE);
      event.set(JAVA_INT, 4, number);
      event.set(JAVA_INT, 8, 0);
      check("epoll_ctl", (int) epollControl.invokeExact(error, epoll, ADD, descriptor, event));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** Room for the events of one wait. */
  MemorySegment events(int count) {
    return arena.allocate((long) count * EVENT_SIZE, 4);
  }

  /** Waits for changes; how many of the events were filled. */
  int await(int epoll, MemorySegment events, int milliseconds) throws IOException {
    try {
      int room = (int) (events.byteSize() / EVENT_SIZE);
      int count = (int) epollWait.invokeExact(error, epoll, events, room, milliseconds);
      if (count < 0 && error.get(JAVA_INT, 0) == INTERRUPTED) {
        return 0;
      }
      check("epoll_wait", count);
      return count;
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  /** The number under which the socket of an event is watched. */
  static int number(MemorySegment events, int index) {
    return events.get(JAVA_INT, (long) index * EVENT_SIZE + 4);
  }

  void close(int descriptor) throws IOException {
    try {
      check("close", (int) close.invokeExact(error, descriptor));
    } catch (Throwable failure) {
      throw rethrown(failure);
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private long transferred(String call, long result) throws IOException {
    if (result >= 0) {
      return result;
    }
    if (error.get(JAVA_INT, 0) == TRY_AGAIN) {
      return WOULD_WAIT;
    }
    check(call, -1);
    return result;
  }

  private void check(String call, int result) throws IOException {
    if (result < 0) {
      throw new IOException(call + " failed with error " + error.get(JAVA_INT, 0));
    }
  }

  private static IOException rethrown(Throwable failure) {
    return switch (failure) {
      case IOException known -> known;
      case RuntimeException unexpected -> throw unexpected;
      case Error unexpected -> throw unexpected;
      default -> new IOException(failure);
    };
  }

  private static MethodHandle find(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }
}
