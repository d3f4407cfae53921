package dev.verhulst.chart;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and a certificate for localhost that vouches for itself.
 *
 * @param keys both, under the alias {@code server}
 */
record Certificate(KeyStore keys) {

  private static final char[] PASSWORD = "password".toCharArray();

  /**
   * A new one, made by the JDK's keytool.
   *
   * @param directory for its file
   */
  static Certificate make(Path directory) throws Exception {
    Path file = directory.resolve(UUID.randomUUID() + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-ext",
                "BC=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed");
    }
    return new Certificate(KeyStore.getInstance(file.toFile(), PASSWORD));
  }

  /** Writes what a secret of type kubernetes.io/tls holds, in the order in which it is read. */
  void writeTo(Path directory) throws Exception {
    Files.createDirectories(directory);
    String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    Files.writeString(directory.resolve("ca.crt"), certificate);
    Files.writeString(
        directory.resolve("tls.key"),
        pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded()));
    Files.writeString(directory.resolve("tls.crt"), certificate);
  }

  /** What trusts it, and shows it where asked to. */
  SSLContext context(boolean shown) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", keys.getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(shown ? own.getKeyManagers() : null, trust.getTrustManagers(), null);
    return context;
  }

  private static String pem(String label, byte[] content) {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
  }
}
