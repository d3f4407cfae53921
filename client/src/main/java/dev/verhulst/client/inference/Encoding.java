package dev.verhulst.client.inference;

/** How tensors travel. An answer is understood in whatever encoding it comes. */
public enum Encoding {
  /**
   * The binary tensor extension, as Triton, KServe and Verhulst speak it: a JSON header, then the
   * tensors' bytes, little-endian. The fast one.
   */
  BINARY,
  /** Numbers in JSON: every server understands it, people can read it. */
  JSON,
  /**
   * The bytes of the one input and nothing else. The model says what they are, so there is no place
   * for names or parameters, and it gives the outputs that it has by default.
   */
  RAW
}
