package dev.verhulst.client.grpc;

import dev.verhulst.client.transport.TransportSettings;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import java.net.URI;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** Opens channels: connections that gRPC makes and makes anew as it needs them. */
final class Channels {

  private static final int PLAIN_PORT = 8001;
  private static final int TLS_PORT = 443;

  private Channels() {}

  static ManagedChannel open(URI endpoint, TransportSettings settings) {
    boolean tls = endpoint.getScheme().toLowerCase(Locale.ROOT).equals("grpcs");
    if (endpoint.getPath() != null && !endpoint.getPath().replace("/", "").isEmpty()) {
      throw new IllegalArgumentException("a gRPC address takes no path, got '" + endpoint + "'");
    }
    int defaultPort = tls ? TLS_PORT : PLAIN_PORT;
    int port = endpoint.getPort() < 0 ? defaultPort : endpoint.getPort();
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(endpoint.getHost(), port)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, settings.connectTimeout().toMillis()));
    if (!tls) {
      return builder.usePlaintext().build();
    }
    SSLContext given = settings.sslContext();
    try {
      return builder
          .sslContext(given == null ? GrpcSslContexts.forClient().build() : wrap(given))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up for " + endpoint, e);
    }
  }

  private static JdkSslContext wrap(SSLContext context) {
    return new JdkSslContext(
        context,
        true,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            "h2"),
        ClientAuth.NONE,
        null,
        false);
  }
}
