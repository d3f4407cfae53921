package dev.verhulst.client.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Opens connections, through the proxy that the JVM's settings name for a server, if any. */
final class Connector {

  private final Duration timeout;
  private final @Nullable SSLContext sslContext;

  /**
   * @param timeout how long a connection may take to come about
   * @param sslContext what to trust for https; null for the JDK's own
   */
  Connector(Duration timeout, @Nullable SSLContext sslContext) {
    this.timeout = timeout;
    this.sslContext = sslContext;
  }

  /** Told of what to close if the connection is not wanted any more before it is there. */
  interface Watcher {
    void opening(Closeable connection) throws IOException;
  }

  /**
   * Opens a connection to the server of a URL.
   *
   * @throws HttpConnectTimeoutException where that takes too long
   * @throws java.net.ConnectException where it is refused
   */
  Connection open(URI url, Watcher watcher) throws IOException {
    Origin origin = Origin.of(url);
    InetSocketAddress proxy = proxy(url);
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      SocketChannel channel =
          proxy == null
              ? connect(origin.address(), origin.port(), deadline, watcher)
              : connect(proxy.getHostString(), proxy.getPort(), deadline, watcher);
      try {
        return over(channel, origin, proxy != null, deadline);
      } catch (IOException | RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    } catch (SocketTimeoutException e) {
      HttpConnectTimeoutException tooLong =
          new HttpConnectTimeoutException("no connection within " + timeout.toMillis() + " ms");
      tooLong.initCause(e);
      throw tooLong;
    }
  }

  private Connection over(SocketChannel channel, Origin origin, boolean proxied, long deadline)
      throws IOException {
    if (!origin.secure()) {
      return new Connection(new PlainWire(channel), proxied);
    }
    if (proxied) {
      channel.socket().setSoTimeout(millisTo(deadline));
      openTunnel(new StreamWire(channel, channel.socket()), origin);
    }
    return new Connection(
        StreamWire.overTls(channel, origin, context(), millisTo(deadline)), false);
  }

  /** Tries the addresses of the host, one after the other. */
  private static SocketChannel connect(String host, int port, long deadline, Watcher watcher)
      throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(host)) {
      SocketChannel channel = SocketChannel.open();
      try {
        watcher.opening(channel);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.socket().connect(new InetSocketAddress(address, port), millisTo(deadline));
        return channel;
      } catch (SocketTimeoutException e) {
        channel.close();
        throw e;
      } catch (IOException e) {
        channel.close();
        // Nothing listens there, whatever else there is to say of another address.
        failure = failure instanceof ConnectException ? failure : e;
      } catch (RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    }
    throw failure == null ? new IOException("the host " + host + " has no address") : failure;
  }

  /** Has the proxy connect to the server (RFC 9110, 9.3.6). */
  private static void openTunnel(Wire wire, Origin origin) throws IOException {
    String request = "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(origin.hostAndPort());
    wire.write(new ByteBuffer[] {ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII))});
    ResponseInput answer = new ResponseInput(wire);
    int status = answer.head().statusCode();
    if (status / 100 != 2) {
      throw new IOException(
          "the proxy answered the request to connect to "
              + origin.hostAndPort()
              + " with status "
              + status);
    }
  }

  private static @Nullable InetSocketAddress proxy(URI url) {
    ProxySelector selector = ProxySelector.getDefault();
    List<Proxy> proxies = selector == null ? List.of() : selector.select(url);
    return proxies.stream()
        .limit(1)
        .filter(proxy -> proxy.type() == Proxy.Type.HTTP)
        .map(proxy -> (InetSocketAddress) proxy.address())
        .findFirst()
        .orElse(null);
  }

  private SSLContext context() throws IOException {
    try {
      return sslContext == null ? SSLContext.getDefault() : sslContext;
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this JVM has no TLS: " + e.getMessage(), e);
    }
  }

  /** At least 1: to a socket 0 means for ever. */
  private static int millisTo(long deadline) {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    return (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE));
  }
}
