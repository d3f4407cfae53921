package dev.verhulst.service.rest;

import dev.verhulst.service.compression.AcceptedCodings;
import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.exchange.Classification;
import dev.verhulst.service.exchange.Exchange;
import dev.verhulst.service.exchange.RequestMemory;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.threads.EventLoopThread;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An inference request and its answer over HTTP. */
final class HttpExchange implements Exchange, AutoCloseable {

  private final Model model;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final @Nullable ClientConnection connection;
  private final HttpProperties properties;
  private final ClientWatch clientWatch;
  private final ExchangeBuffers buffers;

  private @Nullable RequestBody body;
  private @Nullable RequestDecoder decoder;
  private @Nullable RequestHeader header;
  private @Nullable TensorReader reader;
  private @Nullable Answer answer;
  private @Nullable JsonSink head;
  private ClientWatch.@Nullable Guard guard;
  private boolean clientLeft;

  HttpExchange(
      Model model,
      HttpServletRequest request,
      HttpServletResponse response,
      HttpProperties properties,
      ClientWatch clientWatch,
      ExchangeBuffers buffers) {
    this.model = model;
    this.request = request;
    this.response = response;
    this.connection = ClientConnection.of(request);
    this.properties = properties;
    this.clientWatch = clientWatch;
    this.buffers = buffers;
  }

  @Override
  public @Nullable String header(String name) {
    return request.getHeader(name);
  }

  @Override
  public InferenceRequest decode(RequestMemory memory) throws IOException, InterruptedException {
    ContentCoding coding = ContentCoding.ofRequest(request.getHeader("Content-Encoding"));
    if (coding != ContentCoding.IDENTITY || !isShort(request.getContentLengthLong())) {
      EventLoopThread.leaveLoop();
    }
    body = new RequestBody(request, connection, coding, properties);
    decoder =
        new RequestDecoder(
            model.name(), model.inputs(), RequestHeaderReader::read, body, memory, buffers);
    header = decoder.decode(request);
    return header.request();
  }

  private static boolean isShort(long contentLength) {
    return contentLength >= 0 && contentLength <= PlainChannel.SHORT_BODY;
  }

  @Override
  public int prepare(InferencePlan plan) throws IOException {
    RequestHeader decoded = known(header);
    reader =
        new TensorReader(
            model.name(),
            decoded,
            plan.dataType(),
            plan.inputByteSizes(),
            known(body),
            known(decoder).text());
    reader.checkSizes();
    Classification.check(plan);
    answer = new Answer(model, decoded.request().id(), plan, buffers, answerCoding());
    head = answer.head();
    return Answer.roomFor(head);
  }

  @Override
  public void read(List<MemorySegment> inputs) throws IOException {
    known(reader).read(inputs);
  }

  @Override
  public void watchCaller() {
    guard = clientWatch.watch(request);
  }

  @Override
  public void unwatchCaller() {
    ClientWatch.Guard watching = known(guard);
    clientLeft = watching.clientLeft();
    watching.close();
  }

  @Override
  public InferenceException interrupted() {
    return clientLeft
        ? new InferenceException(ErrorKind.CANCELLED, "the client has left")
        : InferenceException.unavailable(
            Rejection.STOPPING, "the server is shutting down", Duration.ofSeconds(1));
  }

  @Override
  public void write(List<MemorySegment> outputs, MemorySegment room) throws IOException {
    if (connection != null) {
      connection.beginAnswer();
    }
    known(answer).write(response, connection, outputs, head, room);
    response.flushBuffer();
  }

  private AnswerCoding answerCoding() {
    int level = properties.compressionLevel();
    if (level == 0) {
      return AnswerCoding.NONE;
    }
    if (request.getHeader(AnswerCoding.ACCEPT_ENCODING) == null) {
      return new AnswerCoding(ContentCoding.IDENTITY, level);
    }
    EventLoopThread.leaveLoop();
    return new AnswerCoding(
        AcceptedCodings.choose(request.getHeaders(AnswerCoding.ACCEPT_ENCODING)), level);
  }

  @Override
  public void close() {
    if (body != null) {
      body.close();
    }
  }

  private static <T> T known(@Nullable T part) {
    return Objects.requireNonNull(part, "this is a bug: the exchange is called out of order");
  }
}
