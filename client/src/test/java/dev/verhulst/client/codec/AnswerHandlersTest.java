package dev.verhulst.client.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.ProtocolHeaders;
import dev.verhulst.client.transport.Interest;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

/** What becomes of the caller's buffer while an answer comes. */
class AnswerHandlersTest {

  private static final String JSON =
      "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"UINT8\",\"shape\":[4],%s}]}";

  private final ByteBuffer into = ByteBuffer.allocate(4);
  private final Interest interest = new Interest();

  private BodySubscriber<Answer<InferenceResponse>> subscriber(Map<String, List<String>> headers) {
    InferenceRequest request =
        InferenceRequest.builder("m")
            .input("x", Tensor.of(new float[1]))
            .output(RequestedOutput.of("y").into(into))
            .build();
    BodySubscriber<Answer<InferenceResponse>> subscriber =
        AnswerHandlers.inference(request, interest)
            .apply(
                new ResponseInfo() {
                  @Override
                  public int statusCode() {
                    return 200;
                  }

                  @Override
                  public HttpHeaders headers() {
                    return HttpHeaders.of(headers, (name, value) -> true);
                  }

                  @Override
                  public HttpClient.Version version() {
                    return HttpClient.Version.HTTP_1_1;
                  }
                });
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long count) {
            // The test sends what there is.
          }

          @Override
          public void cancel() {
            // Nothing comes by itself.
          }
        });
    return subscriber;
  }

  private static List<ByteBuffer> bytes(byte... bytes) {
    return List.of(ByteBuffer.wrap(bytes));
  }

  @Test
  void nothingIsWrittenAfterTheCallHasFailed() {
    byte[] header =
        JSON.formatted("\"parameters\":{\"binary_data_size\":4}").getBytes(StandardCharsets.UTF_8);
    BodySubscriber<Answer<InferenceResponse>> subscriber =
        subscriber(
            Map.of(
                ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH,
                List.of(Integer.toString(header.length))));
    subscriber.onNext(bytes(header));
    subscriber.onNext(bytes((byte) 1, (byte) 2));
    assertThat(into.array()).containsExactly(1, 2, 0, 0);
    interest.lose();
    subscriber.onNext(bytes((byte) 3, (byte) 4));
    subscriber.onComplete();
    assertThat(into.array()).containsExactly(1, 2, 0, 0);
    assertThat(subscriber.getBody().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void neitherIsWhatComesInJson() {
    BodySubscriber<Answer<InferenceResponse>> subscriber = subscriber(Map.of());
    subscriber.onNext(bytes(JSON.formatted("\"data\":[1,2,3,4]").getBytes(StandardCharsets.UTF_8)));
    interest.lose();
    subscriber.onComplete();
    assertThat(subscriber.getBody().toCompletableFuture()).isCompletedExceptionally();
    assertThat(into.array()).containsOnly(0);
  }
}
