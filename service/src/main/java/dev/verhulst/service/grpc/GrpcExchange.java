package dev.verhulst.service.grpc;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.kernels.DataType;
import dev.verhulst.service.exchange.Classification;
import dev.verhulst.service.exchange.Exchange;
import dev.verhulst.service.exchange.RequestMemory;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.InferenceRequest;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.PlannedOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An inference request and its answer over gRPC. */
final class GrpcExchange implements Exchange {

  /** Less than protobuf's 2 GiB: names and shapes take some of it. */
  private static final long LARGEST_ANSWER = Integer.MAX_VALUE - (1L << 20);

  private final Model model;
  private final InferFrame frame;
  private final ProtobufReader message;
  private final IncomingMessage incoming;
  private final Caller caller;
  private final boolean streamed;
  private @Nullable InferenceRequest request;
  private @Nullable InferencePlan plan;

  /**
   * @param incoming what {@code message} reads from; closed once it is read
   * @param streamed whether the answer goes out as one of many
   */
  GrpcExchange(
      Model model,
      InferFrame frame,
      ProtobufReader message,
      IncomingMessage incoming,
      Caller caller,
      boolean streamed) {
    this.model = model;
    this.frame = frame;
    this.message = message;
    this.incoming = incoming;
    this.caller = caller;
    this.streamed = streamed;
  }

  @Override
  public @Nullable String header(String name) {
    return caller.metadata(name);
  }

  @Override
  public InferenceRequest decode(RequestMemory memory) {
    request = InferRequests.of(model, frame);
    return request;
  }

  @Override
  public int prepare(InferencePlan accepted) {
    Classification.check(accepted);
    checkAnswer(accepted);
    plan = accepted;
    if (frame.rawContents().isEmpty()) {
      for (int i = 0; i < frame.inputs().size(); i++) {
        if (!isShared(i)) {
          checkTyped(i, accepted);
        }
      }
    } else {
      checkRaw(accepted);
    }
    return 0;
  }

  private static void checkAnswer(InferencePlan accepted) {
    long byteSize = 0;
    for (PlannedOutput output : accepted.outputs()) {
      byteSize += output.shared() == null && !output.isClassified() ? output.byteSize() : 0;
    }
    if (byteSize > LARGEST_ANSWER) {
      throw invalidArgument(
          "the outputs asked for have %d bytes, and a gRPC message may have %d of them; ask for fewer at a time, for shared memory, or over HTTP"
              .formatted(byteSize, LARGEST_ANSWER));
    }
  }

  @Override
  public void read(List<MemorySegment> inputs) {
    int raw = 0;
    for (int i = 0; i < inputs.size(); i++) {
      if (isShared(i)) {
        continue;
      }
      TypedContents contents = frame.inputs().get(i).contents();
      if (!frame.rawContents().isEmpty()) {
        long end = message.enter(frame.rawContents().get(raw++));
        message.copyTo(inputs.get(i));
        message.leave(end);
      } else if (contents != null) {
        contents.read(message, inputs.get(i));
      }
    }
    // The transport's buffers are not kept while the request waits.
    incoming.close();
  }

  @Override
  public void watchCaller() {
    // The transport interrupts the thread by itself, from the beginning of the call on.
  }

  @Override
  public void unwatchCaller() {
    // The thread ends with the call.
  }

  @Override
  public InferenceException interrupted() {
    return caller.interrupted();
  }

  @Override
  public void write(List<MemorySegment> outputs, MemorySegment room)
      throws IOException, InterruptedException {
    InferencePlan accepted = Objects.requireNonNull(plan, "this is a bug: written before planned");
    caller.send(
        InferAnswers.of(
            model, frame.id(), accepted, Classification.of(accepted, outputs), streamed));
  }

  private void checkRaw(InferencePlan accepted) {
    for (InferFrame.Input input : frame.inputs()) {
      if (input.contents() != null) {
        throw invalidArgument(
            "contents field must not be specified when using raw_input_contents for %s"
                .formatted(named(input)));
      }
    }
    int sent = 0;
    for (int i = 0; i < frame.inputs().size(); i++) {
      sent += isShared(i) ? 0 : 1;
    }
    if (frame.rawContents().size() != sent) {
      throw invalidArgument(
          "expected one element of raw_input_contents per input for model '%s'. Expected %d, got %d"
              .formatted(model.name(), sent, frame.rawContents().size()));
    }
    int raw = 0;
    for (int i = 0; i < frame.inputs().size(); i++) {
      if (isShared(i)) {
        continue;
      }
      long expected = accepted.inputByteSizes().get(i);
      long byteSize = frame.rawContents().get(raw++).length();
      if (byteSize != expected) {
        throw invalidArgument(
            "input byte size mismatch for input %s. Expected %d, got %d"
                .formatted(named(frame.inputs().get(i)), expected, byteSize));
      }
    }
  }

  private void checkTyped(int index, InferencePlan accepted) {
    InferFrame.Input input = frame.inputs().get(index);
    DataType dataType = accepted.dataType();
    long expected = accepted.inputByteSizes().get(index) / dataType.byteSize();
    TypedContents contents = input.contents();
    if (contents == null && expected == 0) {
      return;
    }
    String field =
        switch (dataType) {
          case FP32 -> "fp32_contents";
          case FP64 -> "fp64_contents";
          case FP16, BF16 ->
              throw invalidArgument(
                  "input %s is of type %s, which has no typed contents: send its elements in raw_input_contents"
                      .formatted(named(input), dataType));
        };
    if (contents == null) {
      throw invalidArgument(
          "input %s has no elements: expected %d in %s, or in raw_input_contents"
              .formatted(named(input), expected, field));
    }
    boolean wide = dataType == DataType.FP64;
    long misplaced = wide ? contents.fp32Count() : contents.fp64Count();
    if (misplaced > 0 || contents.otherField() != null) {
      String got =
          misplaced == 0 ? contents.otherField() : wide ? "fp32_contents" : "fp64_contents";
      throw invalidArgument(
          "input %s is of type %s, whose elements are expected in %s, got %s"
              .formatted(named(input), dataType, field, got));
    }
    long count = wide ? contents.fp64Count() : contents.fp32Count();
    if (count != expected) {
      throw invalidArgument(
          "input %s holds %d elements in %s, but its shape has %d"
              .formatted(named(input), count, field, expected));
    }
  }

  /** Whether an input lies in shared memory, and so not in the message. */
  private boolean isShared(int input) {
    return Objects.requireNonNull(request, "this is a bug: not decoded")
            .inputs()
            .get(input)
            .shared()
        != null;
  }

  private String named(InferFrame.Input input) {
    return "'%s' for model '%s'".formatted(input.name(), model.name());
  }
}
