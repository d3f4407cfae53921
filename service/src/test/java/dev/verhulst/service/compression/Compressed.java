package dev.verhulst.service.compression;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Data as the JDK compresses it. */
public final class Compressed {

  private Compressed() {}

  /** A gzip file of one member. */
  public static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(to)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return to.toByteArray();
  }

  /** The zlib format. */
  public static byte[] zlib(byte[] plain) {
    return deflated(plain, new Deflater());
  }

  /** Deflate data without a frame. */
  public static byte[] bare(byte[] plain) {
    return deflated(plain, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
  }

  private static byte[] deflated(byte[] plain, Deflater deflater) {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(to, deflater)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return to.toByteArray();
  }
}
