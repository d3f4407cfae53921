package dev.verhulst.benchmarks.protocols;

import dev.verhulst.client.protocol.ProtocolHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;

/** Sends bytes by the JDK's HTTP client again and again, and reads bytes. */
final class JdkCaller implements Caller {

  private final HttpClient client;
  private final HttpRequest request;
  private final int tensorBytes;

  /**
   * @param path of the URL
   * @param tensor the body, which is the tensor alone
   */
  JdkCaller(int port, String path, ByteBuffer tensor) {
    tensorBytes = tensor.remaining();
    byte[] body = new byte[tensorBytes];
    tensor.get(body);
    client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header(ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH, "0")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
  }

  @Override
  public void call() throws IOException {
    HttpResponse<byte[]> answer;
    try {
      answer = client.send(request, BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (answer.statusCode() != 200 || answer.body().length < tensorBytes) {
      throw new IOException("the service answered " + answer.statusCode());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
