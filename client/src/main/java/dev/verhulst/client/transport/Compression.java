package dev.verhulst.client.transport;

/**
 * What inferences are compressed with, and what the server may compress its answers with: it costs
 * time on both sides, and pays where the way between them is slow.
 */
public enum Compression {
  /** Nothing is compressed. */
  NONE,
  /** gzip, over HTTP and gRPC; over gRPC for requests. */
  GZIP,
  /** zlib, which HTTP calls deflate; over HTTP only. */
  DEFLATE
}
