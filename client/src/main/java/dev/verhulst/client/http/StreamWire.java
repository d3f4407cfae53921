package dev.verhulst.client.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection through the streams of a socket: over TLS, or where a timeout has to hold. */
final class StreamWire extends Wire {

  /** What a record of TLS holds. */
  private static final int RECORD = 16 << 10;

  private static final Pattern IPV4 = Pattern.compile("[0-9.]+");

  private final InputStream in;
  private final OutputStream out;

  StreamWire(SocketChannel channel, Socket socket) throws IOException {
    super(channel);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /**
   * Agrees with the server on keys, and makes sure that it is the one that it should be.
   *
   * @param timeoutMillis how long each of the server's messages may take to come
   */
  static StreamWire overTls(
      SocketChannel channel, Origin origin, SSLContext context, int timeoutMillis)
      throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(channel.socket(), origin.address(), origin.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    nameServer(parameters, origin);
    socket.setSSLParameters(parameters);
    channel.socket().setSoTimeout(timeoutMillis);
    socket.startHandshake();
    channel.socket().setSoTimeout(0);
    return new StreamWire(channel, socket);
  }

  /** Also where its name has no dot, as in a cluster: the JDK's sockets leave those out. */
  private static void nameServer(SSLParameters parameters, Origin origin) {
    if (origin.host().startsWith("[") || IPV4.matcher(origin.host()).matches()) {
      return;
    }
    try {
      parameters.setServerNames(List.of(new SNIHostName(origin.host())));
    } catch (IllegalArgumentException e) {
      // It is no name that TLS can carry. The certificate is checked all the same.
    }
  }

  @Override
  boolean hasUnread() throws IOException {
    return in.available() > 0;
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
