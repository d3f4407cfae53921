package dev.verhulst.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection over TLS. */
final class TlsWire extends Wire {

  /** What a record of TLS holds. */
  private static final int RECORD = 16 << 10;

  private final InputStream in;
  private final OutputStream out;

  private TlsWire(SocketChannel channel, SSLSocket socket) throws IOException {
    super(channel);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /**
   * Agrees with the server on keys, and makes sure that it is the one that it should be.
   *
   * @param timeoutMillis how long each of the server's messages may take to come
   */
  static TlsWire over(SocketChannel channel, Origin origin, SSLContext context, int timeoutMillis)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(channel.socket(), origin.address(), origin.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    socket.setSSLParameters(parameters);
    channel.socket().setSoTimeout(timeoutMillis);
    socket.startHandshake();
    channel.socket().setSoTimeout(0);
    return new TlsWire(channel, socket);
  }

  @Override
  int read(ByteBuffer to) throws IOException {
    int count = in.read(to.array(), to.arrayOffset() + to.position(), to.remaining());
    if (count > 0) {
      to.position(to.position() + count);
    }
    return count;
  }

  @Override
  void write(ByteBuffer[] from) throws IOException {
    byte[] record = new byte[RECORD];
    int length = 0;
    for (ByteBuffer bytes : from) {
      while (bytes.hasRemaining()) {
        int count = Math.min(bytes.remaining(), RECORD - length);
        bytes.get(record, length, count);
        length += count;
        if (length == RECORD) {
          out.write(record, 0, length);
          length = 0;
        }
      }
    }
    out.write(record, 0, length);
    out.flush();
  }
}
