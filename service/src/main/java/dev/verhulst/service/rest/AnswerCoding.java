package dev.verhulst.service.rest;

import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.compression.DeflatingStream;
import jakarta.servlet.ServletOutputStream;

/**
 * How an answer is compressed.
 *
 * @param level from 1, the fastest, to 9, the smallest; 0 where the server compresses nothing
 */
record AnswerCoding(ContentCoding coding, int level) {

  /** The header by which a caller says what it accepts. */
  static final String ACCEPT_ENCODING = "Accept-Encoding";

  static final AnswerCoding NONE = new AnswerCoding(ContentCoding.IDENTITY, 0);

  /** Whether it depends on what the caller accepts. */
  boolean varies() {
    return level > 0;
  }

  boolean compresses() {
    return coding != ContentCoding.IDENTITY;
  }

  /** Compresses what goes to a stream; the caller closes what it gets, and finishes it before. */
  DeflatingStream compress(ServletOutputStream out) {
    return new DeflatingStream(out, coding, level);
  }
}
