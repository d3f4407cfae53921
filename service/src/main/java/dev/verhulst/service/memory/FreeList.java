package dev.verhulst.service.memory;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Idle buffers of one size class, the one used last on top: its memory is the likeliest to be in a
 * cache. Lock-free (Treiber's stack; its nodes are never used twice, so that there is no ABA
 * problem).
 */
final class FreeList {

  private record Node(PooledBuffer buffer, long idleSince, @Nullable Node next) {}

  private final AtomicReference<@Nullable Node> top = new AtomicReference<>();

  void push(PooledBuffer buffer, long now) {
    Node next;
    Node node;
    do {
      next = top.get();
      node = new Node(buffer, now, next);
    } while (!top.compareAndSet(next, node));
  }

  @Nullable PooledBuffer pop() {
    Node node;
    do {
      node = top.get();
      if (node == null) {
        return null;
      }
    } while (!top.compareAndSet(node, node.next));
    return node.buffer;
  }

  /**
   * Removes the buffers that nobody has used for a while.
   *
   * @param idleSince the youngest instant of a buffer's last use at which it is removed
   * @return how many bytes they held
   */
  long freeIdle(long idleSince) {
    Node young = null;
    long freed = 0;
    for (Node node = top.getAndSet(null); node != null; node = node.next) {
      if (node.idleSince - idleSince > 0) {
        young = new Node(node.buffer, node.idleSince, young);
      } else {
        freed += node.buffer.capacity();
        node.buffer.free();
      }
    }
    for (; young != null; young = young.next) {
      push(young.buffer, young.idleSince);
    }
    return freed;
  }
}
