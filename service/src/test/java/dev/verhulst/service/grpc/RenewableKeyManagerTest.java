package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.service.fakes.SelfSignedKeys;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewableKeyManagerTest {

  @Test
  void whatAHandshakeGetsBelongsTogetherThoughTheKeysAreRenewedMeanwhile(@TempDir Path directory)
      throws Exception {
    SelfSignedKeys first = SelfSignedKeys.make(directory);
    SelfSignedKeys second = SelfSignedKeys.make(directory);
    RenewableKeyManager keys = new RenewableKeyManager(first.keyManager());
    String before = choose(keys);
    keys.renew(second.keyManager());
    String after = choose(keys);

    assertThat(keys.getCertificateChain(before)).containsExactly(first.certificate());
    assertThat(keys.getPrivateKey(before)).isEqualTo(privateKey(first));
    assertThat(keys.getCertificateChain(after)).containsExactly(second.certificate());
    assertThat(keys.getPrivateKey(after)).isEqualTo(privateKey(second));
    assertThat(keys.getServerAliases("EC", null)).containsExactly(after);
    assertThat(keys.chooseEngineServerAlias("RSA", null, null)).isNull();
  }

  private static String choose(RenewableKeyManager keys) {
    return Objects.requireNonNull(keys.chooseEngineServerAlias("EC", null, null));
  }

  private static Object privateKey(SelfSignedKeys keys) throws Exception {
    return Objects.requireNonNull(keys.keyManager().getPrivateKey("server"));
  }
}
