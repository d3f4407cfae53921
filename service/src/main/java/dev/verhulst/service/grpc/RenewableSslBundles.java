package dev.verhulst.service.grpc;

import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import io.netty.handler.ssl.util.TrustManagerFactoryWrapper;
import java.util.Arrays;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;

/**
 * The application's keys and certificates by the names of their bundles, handed out such that those
 * who took them once have the renewed ones too. The web server asks to be told of renewals; the
 * gRPC server does not, and would show the first certificate until it ends.
 */
final class RenewableSslBundles extends DefaultSslBundleRegistry {

  private static final Logger LOG = LoggerFactory.getLogger(RenewableSslBundles.class);

  @Override
  public SslBundle getBundle(String name) {
    SslBundle bundle = super.getBundle(name);
    RenewableKeyManager keys = new RenewableKeyManager(keys(bundle));
    RenewableTrustManager trust = new RenewableTrustManager(trust(bundle));
    addBundleUpdateHandler(name, renewed -> renew(name, renewed, keys, trust));
    return SslBundle.of(
        bundle.getStores(),
        bundle.getKey(),
        bundle.getOptions(),
        bundle.getProtocol(),
        SslManagerBundle.of(
            new KeyManagerFactoryWrapper(keys), new TrustManagerFactoryWrapper(trust)));
  }

  private static void renew(
      String name, SslBundle renewed, RenewableKeyManager keys, RenewableTrustManager trust) {
    try {
      X509ExtendedKeyManager newKeys = keys(renewed);
      trust.renew(trust(renewed));
      keys.renew(newKeys);
    } catch (RuntimeException e) {
      LOG.error(
          "The SSL bundle '{}' has changed and cannot be used, so that what it held before stays"
              + " in use: {}",
          name,
          e.getMessage());
    }
  }

  private static X509ExtendedKeyManager keys(SslBundle bundle) {
    return only(X509ExtendedKeyManager.class, bundle.getManagers().getKeyManagers());
  }

  private static X509ExtendedTrustManager trust(SslBundle bundle) {
    return only(X509ExtendedTrustManager.class, bundle.getManagers().getTrustManagers());
  }

  private static <T> T only(Class<T> type, Object[] managers) {
    return Arrays.stream(managers)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("this is a bug: a bundle without " + type.getName()));
  }
}
