package dev.verhulst.client;

import dev.verhulst.client.coalescing.Coalescer;
import dev.verhulst.client.coalescing.Coalescing;
import dev.verhulst.client.inference.Encoding;
import dev.verhulst.client.listener.ClientListener;
import dev.verhulst.client.listener.Listeners;
import dev.verhulst.client.routing.FailoverPolicy;
import dev.verhulst.client.routing.Router;
import dev.verhulst.client.transport.Compression;
import dev.verhulst.client.transport.RetryPolicy;
import dev.verhulst.client.transport.Sleeper;
import dev.verhulst.client.transport.TransportProvider;
import dev.verhulst.client.transport.TransportSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Collects the settings of a {@link VerhulstClient}. */
public final class VerhulstClientBuilder {

  private final List<URI> endpoints = new ArrayList<>();
  private final Map<String, String> headers = new LinkedHashMap<>();
  private Duration timeout = Duration.ofSeconds(60);
  private Duration connectTimeout = Duration.ofSeconds(10);
  private Encoding encoding = Encoding.BINARY;
  private Compression compression = Compression.NONE;
  private RetryPolicy retryPolicy = RetryPolicy.standard();
  private FailoverPolicy failoverPolicy = FailoverPolicy.standard();
  private @Nullable SSLContext sslContext;
  private @Nullable TransportProvider transportProvider;
  private @Nullable Coalescing coalescing;
  private final List<ClientListener> listeners = new ArrayList<>();
  private Sleeper sleeper = Sleeper.system();
  private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
  private InstantSource clock = InstantSource.system();

  VerhulstClientBuilder(String url) {
    endpoint(url);
  }

  /** A further server that serves the same models; see {@link #failoverPolicy}. */
  public VerhulstClientBuilder endpoint(String url) {
    URI endpoint = EndpointAddress.parse(url);
    if (endpoints.contains(endpoint)) {
      throw new IllegalArgumentException("endpoint " + url + " is given twice");
    }
    endpoints.add(endpoint);
    return this;
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

  /** How tensors travel over HTTP; {@link Encoding#BINARY} where nothing is set. */
  public VerhulstClientBuilder encoding(Encoding encoding) {
    this.encoding = encoding;
    return this;
  }

  /**
   * What inferences are compressed with, and what the server is asked to compress its answers with;
   * {@link Compression#NONE} where nothing is set. Not every server can; a compressed request is
   * held on the heap as a whole.
   */
  public VerhulstClientBuilder compression(Compression compression) {
    this.compression = compression;
    return this;
  }

  /** When a failed attempt is made again; {@link RetryPolicy#standard()} where nothing is set. */
  public VerhulstClientBuilder retryPolicy(RetryPolicy retryPolicy) {
    this.retryPolicy = retryPolicy;
    return this;
  }

  /**
   * How several endpoints are used; {@link FailoverPolicy#standard()} where nothing is set. Of no
   * meaning where there is one.
   */
  public VerhulstClientBuilder failoverPolicy(FailoverPolicy failoverPolicy) {
    this.failoverPolicy = failoverPolicy;
    return this;
  }

  /** A header that every request carries, e.g. {@code Authorization}; metadata in gRPC. */
  public VerhulstClientBuilder header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** What to trust for https, and how to prove oneself; the JDK's own where nothing is set. */
  public VerhulstClientBuilder sslContext(SSLContext sslContext) {
    this.sslContext = sslContext;
    return this;
  }

  /**
   * Puts small calls together into one request: those of element-wise activations, and those whose
   * request says that its rows are independent. Each call waits for up to the bounds' delay, and
   * the server gets far fewer requests. Off where nothing is set.
   */
  public VerhulstClientBuilder coalescing(Coalescing coalescing) {
    this.coalescing = coalescing;
    return this;
  }

  /** One who wants to be told of every call; may be called several times. */
  public VerhulstClientBuilder listener(ClientListener listener) {
    listeners.add(listener);
    return this;
  }

  /** Another way to reach servers, before the client's own; retries and timeouts stay. */
  public VerhulstClientBuilder transportProvider(TransportProvider transportProvider) {
    this.transportProvider = transportProvider;
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

  /**
   * @throws IllegalArgumentException where nothing speaks the scheme of an endpoint's address
   */
  public VerhulstClient build() {
    Transports transports =
        Transports.open(
            endpoints,
            new TransportSettings(headers, connectTimeout, sslContext, compression, clock),
            transportProvider);
    Router router =
        new Router(
            transports.all(),
            retryPolicy,
            failoverPolicy,
            sleeper,
            random,
            clock,
            new Listeners(listeners));
    CallsInFlight inFlight = new CallsInFlight();
    CallsInFlight follows = new CallsInFlight();
    Coalescer coalescer = coalescing == null ? null : new Coalescer(router, coalescing, sleeper);
    Connections connections =
        new Connections(
            router,
            coalescer == null ? router : coalescer,
            inFlight,
            follows,
            () -> {
              inFlight.refuse();
              if (coalescer != null) {
                coalescer.flush();
              }
              inFlight.finish();
              follows.refuse();
              follows.giveUp();
              router.close();
              transports.close();
            });
    return new VerhulstClient(
        new AsyncVerhulstClient(new CallOptions(timeout, encoding, null), connections));
  }
}
