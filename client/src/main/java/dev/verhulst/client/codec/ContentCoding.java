package dev.verhulst.client.codec;

import dev.verhulst.client.transport.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;

/** What a body can be compressed with, by its name in HTTP. */
enum ContentCoding {
  GZIP("gzip"),
  DEFLATE("deflate");

  private static final int SLICE_BYTES = 64 << 10;

  private final String token;

  ContentCoding(String token) {
    this.token = token;
  }

  /** Its name in {@code Content-Encoding}. */
  String token() {
    return token;
  }

  /** The coding that a client was told to use, where it was. */
  static Optional<ContentCoding> of(Compression compression) {
    return switch (compression) {
      case NONE -> Optional.empty();
      case GZIP -> Optional.of(GZIP);
      case DEFLATE -> Optional.of(DEFLATE);
    };
  }

  /**
   * The coding of an answer; empty where it has none.
   *
   * @param value its {@code Content-Encoding}
   * @throws ProtocolException where it is none that this client can undo
   */
  static Optional<ContentCoding> ofAnswer(String value) throws ProtocolException {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> Optional.empty();
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "deflate" -> Optional.of(DEFLATE);
      default ->
          throw new ProtocolException(
              "the answer's Content-Encoding is '"
                  + value
                  + "', expected gzip, deflate or identity");
    };
  }

  /** Compresses the parts, one after the other, without moving their positions. */
  ByteBuffer compress(List<ByteBuffer> parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = compressing(bytes)) {
      byte[] slice = new byte[SLICE_BYTES];
      for (ByteBuffer part : parts) {
        ByteBuffer rest = part.duplicate();
        while (rest.hasRemaining()) {
          int length = Math.min(slice.length, rest.remaining());
          rest.get(slice, 0, length);
          out.write(slice, 0, length);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  /** As fast as can be: numbers in binary hardly get smaller for more effort. */
  private DeflaterOutputStream compressing(OutputStream to) throws IOException {
    return switch (this) {
      case GZIP ->
          new GZIPOutputStream(to, SLICE_BYTES) {
            {
              def.setLevel(Deflater.BEST_SPEED);
            }
          };
      case DEFLATE ->
          new DeflaterOutputStream(to) {
            {
              def.setLevel(Deflater.BEST_SPEED);
            }
          };
    };
  }

  /** Undoes the compression of what comes. */
  InputStream decompress(InputStream compressed) throws IOException {
    return this == GZIP
        ? new GZIPInputStream(compressed, SLICE_BYTES)
        : new InflaterInputStream(compressed);
  }
}
