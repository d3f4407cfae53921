package dev.verhulst.service.metrics;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of the requests that were turned away and that no model counts: their path or their model
 * is unknown, they lack a key, they are no requests at all. Thread-safe.
 */
public final class RefusedRequests {

  /** The protocol that a request came by. */
  public enum Protocol {
    HTTP,
    GRPC
  }

  private final Map<Protocol, Map<String, LongAdder>> counts = new EnumMap<>(Protocol.class);

  RefusedRequests() {
    for (Protocol protocol : Protocol.values()) {
      Map<String, LongAdder> byReason = new TreeMap<>();
      for (ErrorKind kind : ErrorKind.values()) {
        // One that took too long has a rejection for its reason.
        if (kind != ErrorKind.CANCELLED && kind != ErrorKind.TIMEOUT) {
          byReason.put(label(kind), new LongAdder());
        }
      }
      for (Rejection rejection : Rejection.values()) {
        byReason.put(label(rejection), new LongAdder());
      }
      counts.put(protocol, byReason);
    }
  }

  /** Counts a request that got that error for its answer; none whose caller has left. */
  public void count(Protocol protocol, InferenceException error) {
    if (error.kind() == ErrorKind.CANCELLED) {
      return;
    }
    String reason = label(error.rejection() == null ? error.kind() : error.rejection());
    LongAdder count = byReason(protocol).get(reason);
    if (count == null) {
      throw new IllegalStateException("this is a bug: nothing counts " + reason);
    }
    count.increment();
  }

  /** Counts a request that got an error of that kind; none whose caller has left. */
  public void count(Protocol protocol, ErrorKind kind) {
    count(protocol, new InferenceException(kind, ""));
  }

  /** The counts of a protocol, by reason. */
  Map<String, LongAdder> byReason(Protocol protocol) {
    return counts.getOrDefault(protocol, Map.of());
  }

  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
