package dev.verhulst.service.grpc;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a server shows in handshakes, which may be renewed at any time. A handshake asks
 * for an alias first and then for what it stands for: aliases say which keys they were given for,
 * so that what a handshake gets belongs together. Thread-safe.
 */
final class RenewableKeyManager extends X509ExtendedKeyManager {

  private static final char SEPARATOR = ':';

  private volatile Generation newest;

  /**
   * The keys between two renewals.
   *
   * @param previous what handshakes may still ask for that began before; null in the first one
   */
  private record Generation(
      long number, X509ExtendedKeyManager keys, @Nullable X509ExtendedKeyManager previous) {

    @Nullable String tag(@Nullable String alias) {
      return alias == null ? null : Long.toString(number) + SEPARATOR + alias;
    }

    String @Nullable [] tag(String @Nullable [] aliases) {
      return aliases == null ? null : Arrays.stream(aliases).map(this::tag).toArray(String[]::new);
    }

    @Nullable X509ExtendedKeyManager keysOf(String alias) {
      return alias.startsWith(Long.toString(number) + SEPARATOR) ? keys : previous;
    }
  }

  RenewableKeyManager(X509ExtendedKeyManager keys) {
    newest = new Generation(0, keys, null);
  }

  /** Handshakes that begin from now on get these keys. */
  synchronized void renew(X509ExtendedKeyManager keys) {
    newest = new Generation(newest.number + 1, keys, newest.keys);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    Generation now = newest;
    return now.tag(now.keys.chooseEngineServerAlias(keyType, issuers, engine));
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    Generation now = newest;
    return now.tag(now.keys.chooseEngineClientAlias(keyTypes, issuers, engine));
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    Generation now = newest;
    return now.tag(now.keys.chooseServerAlias(keyType, issuers, socket));
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    Generation now = newest;
    return now.tag(now.keys.chooseClientAlias(keyTypes, issuers, socket));
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    Generation now = newest;
    return now.tag(now.keys.getServerAliases(keyType, issuers));
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    Generation now = newest;
    return now.tag(now.keys.getClientAliases(keyType, issuers));
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    X509ExtendedKeyManager keys = newest.keysOf(alias);
    return keys == null ? null : keys.getCertificateChain(untagged(alias));
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    X509ExtendedKeyManager keys = newest.keysOf(alias);
    return keys == null ? null : keys.getPrivateKey(untagged(alias));
  }

  private static String untagged(String alias) {
    return alias.substring(alias.indexOf(SEPARATOR) + 1);
  }
}
