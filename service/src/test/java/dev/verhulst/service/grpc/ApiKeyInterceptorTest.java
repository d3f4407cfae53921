package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.service.rest.TestServer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeyInterceptorTest {

  private static final String KEY = "0123456789abcdef";

  @Test
  void onlyHealthIsForEveryone(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("scores"), KEY);
    ModelInferRequest request = GrpcClient.raw("sigmoid", 0).build();
    try (TestServer server = TestServer.startWithGrpc("verhulst.api-keys=" + directory);
        GrpcClient client = new GrpcClient(server.grpcPort())) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> client.calls().modelInfer(request));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(refused.getStatus().getDescription()).contains("Authorization: Bearer KEY");
      Metadata headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + KEY);
      assertThat(
              GrpcClient.floats(
                  client
                      .calls()
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                      .modelInfer(request)))
          .containsExactly(0.5f);
      assertThat(
              HealthGrpc.newBlockingStub(client.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
      server.expectEverythingGivenBack();
    }
  }
}
