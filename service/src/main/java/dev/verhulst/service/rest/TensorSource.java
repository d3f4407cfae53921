package dev.verhulst.service.rest;

/** Where the elements of an input are. */
sealed interface TensorSource {

  /**
   * In the body, behind the JSON, behind the binary inputs before it.
   *
   * @param byteSize how many bytes the request says it has
   */
  record Binary(long byteSize) implements TensorSource {}

  /**
   * In the JSON, as an array of numbers.
   *
   * @param start where in the text its bracket opens
   * @param end where in the text its bracket has closed
   */
  record Json(long start, long end) implements TensorSource {}

  /** In shared memory: not in the request. */
  record Shared() implements TensorSource {}

  /**
   * The whole body, which has been read.
   *
   * @param bytes the elements
   */
  record Buffered(BodyPieces bytes) implements TensorSource {}
}
