package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.service.fakes.SelfSignedKeys;
import dev.verhulst.service.grpc.GrpcClient;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate that the packaged service shows over gRPC. */
class GrpcCertificatesIT {

  @TempDir private Path directory;

  @Test
  void renewedOnesAreShownWithoutARestartAndBrokenOnesNever() throws Exception {
    SelfSignedKeys first = SelfSignedKeys.make(directory);
    SelfSignedKeys second = SelfSignedKeys.make(directory);
    Path served = Files.createDirectory(directory.resolve("served")).resolve("keys.p12");
    first.replace(served);
    try (ServiceProcess service =
            ServiceProcess.start(
                "--spring.ssl.bundle.jks.callers.keystore.location=file:" + served,
                "--spring.ssl.bundle.jks.callers.keystore.password=" + SelfSignedKeys.PASSWORD,
                "--spring.ssl.bundle.jks.callers.reload-on-update=true",
                "--spring.ssl.bundle.watch.file.quiet-period=200ms",
                "--spring.grpc.server.ssl.bundle=callers");
        GrpcClient open = new GrpcClient(service.grpcPort(), first.trust())) {
      assertAnswered(open);
      assertRefused(service, second);

      Files.writeString(served, "no key store");
      service.await("the broken one to be noticed", () -> service.output().contains("callers"));
      assertAccepted(service, first);

      second.replace(served);
      service.await("the renewed certificate to be shown", () -> isAccepted(service, second));
      assertRefused(service, first);
      // A connection keeps what it has begun with.
      assertAnswered(open);
    }
  }

  private static void assertAnswered(GrpcClient client) {
    assertThat(GrpcClient.floats(client.calls().modelInfer(GrpcClient.raw("sigmoid", 0).build())))
        .containsExactly(0.5f);
  }

  /** Over a connection, and so a handshake, of its own; as all that follow. */
  private static void assertAccepted(ServiceProcess service, SelfSignedKeys keys) throws Exception {
    try (GrpcClient client = new GrpcClient(service.grpcPort(), keys.trust())) {
      assertAnswered(client);
    }
  }

  private static void assertRefused(ServiceProcess service, SelfSignedKeys keys) throws Exception {
    try (GrpcClient client = new GrpcClient(service.grpcPort(), keys.trust())) {
      assertThat(catchThrowableOfType(StatusRuntimeException.class, () -> assertAnswered(client)))
          .hasStackTraceContaining(SSLHandshakeException.class.getName());
    }
  }

  private static boolean isAccepted(ServiceProcess service, SelfSignedKeys keys) {
    try {
      assertAccepted(service, keys);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
