package dev.verhulst.service.tracing;

/** A part of what a request goes through, in this order; a span of its own. */
public enum Phase {
  /** It is read, parsed and validated, and waits for tensor memory. */
  READ("read"),
  /** It waits for the device. */
  QUEUE("queue"),
  /** The device computes the batch that it is in. */
  COMPUTE("compute"),
  /** Its answer is written. */
  WRITE("write");

  private final String spanName;

  Phase(String spanName) {
    this.spanName = spanName;
  }

  String spanName() {
    return spanName;
  }
}
