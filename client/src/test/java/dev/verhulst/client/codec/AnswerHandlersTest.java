package dev.verhulst.client.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.ProtocolHeaders;
import dev.verhulst.client.transport.Interest;
import java.lang.management.ManagementFactory;
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

/** What becomes of the caller's buffer, and of the memory, while an answer comes. */
class AnswerHandlersTest {

  private static final String JSON =
      "{\"model_name\":\"m\",\"outputs\":[{\"name\":\"y\",\"datatype\":\"UINT8\",\"shape\":[4],%s}]}";

  /** Far more than comes, and than it takes to find that out. */
  private static final int CLAIM = 64 << 20;

  private final ByteBuffer into = ByteBuffer.allocate(4);
  private final Interest interest = new Interest();

  private BodySubscriber<Answer<InferenceResponse>> subscriber(Map<String, List<String>> headers) {
    return subscriber(RequestedOutput.of("y").into(into), headers);
  }

  private BodySubscriber<Answer<InferenceResponse>> subscriber(
      RequestedOutput output, Map<String, List<String>> headers) {
    InferenceRequest request =
        InferenceRequest.builder("m").input("x", Tensor.of(new float[1])).output(output).build();
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

  private static Map<String, List<String>> headerLength(int length) {
    return Map.of(
        ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH, List.of(Integer.toString(length)));
  }

  private static List<ByteBuffer> bytes(byte... bytes) {
    return List.of(ByteBuffer.wrap(bytes));
  }

  @Test
  void nothingIsWrittenAfterTheCallHasFailed() {
    byte[] header =
        JSON.formatted("\"parameters\":{\"binary_data_size\":4}").getBytes(StandardCharsets.UTF_8);
    BodySubscriber<Answer<InferenceResponse>> subscriber = subscriber(headerLength(header.length));
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

  @Test
  void whatAHeaderClaimsIsNotAllocatedBeforeItComes() {
    long allocated =
        allocatedBy(
            () -> {
              BodySubscriber<Answer<InferenceResponse>> subscriber =
                  subscriber(headerLength(CLAIM));
              subscriber.onNext(bytes((byte) '{'));
              subscriber.onComplete();
              assertThat(subscriber.getBody().toCompletableFuture()).isCompletedExceptionally();
            });
    assertThat(allocated).isLessThan(CLAIM / 2);
  }

  @Test
  void neitherIsATensorWhereNoLengthVouchesForIt() {
    byte[] header =
        JSON.formatted("\"parameters\":{\"binary_data_size\":" + CLAIM + "}")
            .getBytes(StandardCharsets.UTF_8);
    long allocated =
        allocatedBy(
            () -> {
              BodySubscriber<Answer<InferenceResponse>> subscriber =
                  subscriber(RequestedOutput.of("y"), headerLength(header.length));
              subscriber.onNext(bytes(header));
              subscriber.onNext(bytes((byte) 1, (byte) 2));
              subscriber.onComplete();
              assertThat(subscriber.getBody().toCompletableFuture()).isCompletedExceptionally();
            });
    assertThat(allocated).isLessThan(CLAIM / 2);
  }

  @Test
  void aTensorOfUnknownLengthGrowsToItsSize() {
    byte[] header =
        JSON.formatted("\"parameters\":{\"binary_data_size\":4}").getBytes(StandardCharsets.UTF_8);
    BodySubscriber<Answer<InferenceResponse>> subscriber =
        subscriber(RequestedOutput.of("y"), headerLength(header.length));
    subscriber.onNext(bytes(header));
    subscriber.onNext(bytes((byte) 1));
    subscriber.onNext(bytes((byte) 2, (byte) 3));
    subscriber.onNext(bytes((byte) 4));
    subscriber.onComplete();
    Answer<InferenceResponse> answer = subscriber.getBody().toCompletableFuture().join();
    assertThat(answer.value()).isNotNull();
    assertThat(answer.value().output("y").toLongs()).containsExactly(1, 2, 3, 4);
  }

  /** How many bytes of the heap this thread takes for it. */
  private static long allocatedBy(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
