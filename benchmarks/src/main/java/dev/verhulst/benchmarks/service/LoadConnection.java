package dev.verhulst.benchmarks.service;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * One connection of a load generator, which sends its request again and again: a state machine that
 * the generator moves on when its socket is ready. Every answer's status and length are checked,
 * and its last number against what the request says.
 */
final class LoadConnection {

  private static final int HEAD_ROOM = 4096;

  private final Linux linux;
  private final int descriptor;
  private final InferenceRequest request;

  /** Where bodies go, shared by all connections of the generator. */
  private final MemorySegment bodies;

  private final MemorySegment head;
  private int headReceived;

  /** The size of the answer's body; -1 where its head has not come whole yet. */
  private long contentLength = -1;

  private long sent;
  private long bodyReceived;
  private boolean busy;
  private long startNanoseconds;

  LoadConnection(Linux linux, Arena arena, int port, InferenceRequest request, MemorySegment bodies)
      throws IOException {
    this.linux = linux;
    this.request = request;
    this.bodies = bodies;
    head = arena.allocate(HEAD_ROOM);
    descriptor = linux.connect(port);
  }

  int descriptor() {
    return descriptor;
  }

  long startNanoseconds() {
    return startNanoseconds;
  }

  /** Begins a request; {@link #advance} does the rest. */
  void start(long nanoseconds) throws IOException {
    startNanoseconds = nanoseconds;
    busy = true;
    sent = 0;
    headReceived = 0;
    contentLength = -1;
    bodyReceived = 0;
    send();
  }

  /** Sends and receives what can be without waiting; whether the answer is complete with it. */
  boolean advance() throws IOException {
    if (!busy) {
      return false;
    }
    send();
    busy = !receive();
    return !busy;
  }

  private void send() throws IOException {
    while (sent < request.bytes().byteSize()) {
      long count = linux.send(descriptor, request.bytes().asSlice(sent));
      if (count == Linux.WOULD_WAIT) {
        return;
      }
      sent += count;
    }
  }

  private boolean receive() throws IOException {
    while (contentLength < 0) {
      long count = linux.receive(descriptor, head.asSlice(headReceived));
      if (count == Linux.WOULD_WAIT) {
        return false;
      }
      headReceived += (int) notEnded(count);
      HttpHead found = HttpHead.find(head, headReceived);
      if (found.isComplete()) {
        contentLength = found.number(HttpHead.CONTENT_LENGTH);
        check(found);
        bodyReceived = (long) headReceived - found.byteSize();
        checkLast(head, headReceived);
      }
    }
    while (bodyReceived < contentLength) {
      long count = linux.receive(descriptor, bodies);
      if (count == Linux.WOULD_WAIT) {
        return false;
      }
      bodyReceived += notEnded(count);
      checkLast(bodies, count);
    }
    return true;
  }

  private static long notEnded(long count) throws IOException {
    if (count == 0) {
      throw new IOException("the server closed the connection within an answer");
    }
    return count;
  }

  private void check(HttpHead response) {
    long tensorBytes = request.answerBytes();
    if (response.status() != 200 || contentLength <= tensorBytes) {
      String received =
          new String(
              head.asSlice(0, headReceived).toArray(ValueLayout.JAVA_BYTE),
              StandardCharsets.ISO_8859_1);
      throw new IllegalStateException(
          "expected status 200 and more than " + tensorBytes + " bytes, got " + received);
    }
  }

  /** Checks the last number of the answer where these bytes end with it. */
  private void checkLast(MemorySegment bytes, long count) {
    if (bodyReceived == contentLength && count >= Float.BYTES) {
      float last = bytes.get(ValueLayout.JAVA_FLOAT_UNALIGNED, count - Float.BYTES);
      if (!request.endsWith(last)) {
        throw new IllegalStateException(
            "the answer ends with " + last + ", expected " + request.expectedLast());
      }
    }
  }
}
