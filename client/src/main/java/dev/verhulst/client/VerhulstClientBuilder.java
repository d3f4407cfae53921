package dev.verhulst.client;

import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.transport.DeadlineTransport;
import dev.verhulst.client.transport.JdkTransport;
import dev.verhulst.client.transport.LoggingTransport;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.client.transport.RetryingTransport;
import dev.verhulst.client.transport.Sleeper;
import dev.verhulst.client.transport.Transport;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link VerhulstClient}. */
public final class VerhulstClientBuilder {

  private final URI url;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private Duration timeout = Duration.ofSeconds(60);
  private Duration connectTimeout = Duration.ofSeconds(10);
  private Encoding encoding = Encoding.BINARY;
  private RetryPolicy retryPolicy = RetryPolicy.standard();
  private @Nullable SSLContext sslContext;
  private @Nullable Transport transport;
  private Sleeper sleeper = Sleeper.system();
  private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
  private InstantSource clock = InstantSource.system();

  VerhulstClientBuilder(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "expected the server's address like http://localhost:8000, got '" + url + "'");
    }
    if (url.getQuery() != null || url.getFragment() != null) {
      throw new IllegalArgumentException(
          "the server's address takes no query and no fragment, got '" + url + "'");
    }
    this.url = url;
  }

  /** How long a call may take, retries included; 60 s where nothing is set. */
  public VerhulstClientBuilder timeout(Duration timeout) {
    this.timeout = CallOptions.checkTimeout("timeout", timeout);
    return this;
  }

  /** How long a connection may take to come about; 10 s where nothing is set. */
  public VerhulstClientBuilder connectTimeout(Duration connectTimeout) {
    this.connectTimeout = CallOptions.checkTimeout("connectTimeout", connectTimeout);
    return this;
  }

  /** How tensors travel; {@link Encoding#BINARY} where nothing is set. */
  public VerhulstClientBuilder encoding(Encoding encoding) {
    this.encoding = encoding;
    return this;
  }

  /** When a failed attempt is made again; {@link RetryPolicy#standard()} where nothing is set. */
  public VerhulstClientBuilder retryPolicy(RetryPolicy retryPolicy) {
    this.retryPolicy = retryPolicy;
    return this;
  }

  /** A header that every request carries, e.g. {@code Authorization}. */
  public VerhulstClientBuilder header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** What to trust for https, and how to prove oneself; the JDK's own where nothing is set. */
  public VerhulstClientBuilder sslContext(SSLContext sslContext) {
    this.sslContext = sslContext;
    return this;
  }

  /** Another way to send requests than over the JDK's HTTP client; retries and timeouts stay. */
  public VerhulstClientBuilder transport(Transport transport) {
    this.transport = transport;
    return this;
  }

  /** What lets time pass between attempts: for tests. */
  VerhulstClientBuilder sleeper(Sleeper sleeper) {
    this.sleeper = sleeper;
    return this;
  }

  /** Where the jitter between attempts comes from: for tests. */
  VerhulstClientBuilder random(RandomGenerator random) {
    this.random = random;
    return this;
  }

  /** What the time is: for tests. */
  VerhulstClientBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  public VerhulstClient build() {
    Transport sending =
        transport == null ? new JdkTransport(connectTimeout, sslContext) : transport;
    Transport logging =
        new LoggingTransport(sending, clock, System.getLogger("dev.verhulst.client"));
    Transport retrying = new RetryingTransport(logging, retryPolicy, sleeper, random, clock);
    CallsInFlight inFlight = new CallsInFlight();
    Connections connections =
        new Connections(
            new Caller(new DeadlineTransport(retrying), inFlight, clock),
            new Caller(new DeadlineTransport(logging), inFlight, clock),
            () -> {
              inFlight.finish();
              sending.close();
            });
    return new VerhulstClient(
        new AsyncVerhulstClient(new CallOptions(url, headers, timeout, encoding), connections));
  }
}
