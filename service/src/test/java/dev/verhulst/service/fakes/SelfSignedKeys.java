package dev.verhulst.service.fakes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A key and a certificate for localhost that vouches for itself, made by the JDK's keytool.
 *
 * @param file a PKCS #12 store that holds both
 */
public record SelfSignedKeys(Path file) {

  public static final String PASSWORD = "password";

  private static final String ALIAS = "server";

  /**
   * @param directory for their file
   */
  public static SelfSignedKeys make(Path directory) throws Exception {
    Path file = directory.resolve(UUID.randomUUID() + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
    return new SelfSignedKeys(file);
  }

  /** Puts a copy of them where a server reads its own, in one step. */
  public void replace(Path other) throws IOException {
    Path copy = Files.copy(file, other.resolveSibling(UUID.randomUUID() + ".copy"));
    Files.move(copy, other, StandardCopyOption.ATOMIC_MOVE);
  }

  public X509Certificate certificate() throws Exception {
    return (X509Certificate) store().getCertificate(ALIAS);
  }

  /** What shows them. */
  public X509ExtendedKeyManager keyManager() throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store(), PASSWORD.toCharArray());
    return (X509ExtendedKeyManager) keys.getKeyManagers()[0];
  }

  /** What trusts them and nobody else. */
  public TrustManagerFactory trust() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(ALIAS, certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }

  private KeyStore store() throws Exception {
    return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
  }
}
