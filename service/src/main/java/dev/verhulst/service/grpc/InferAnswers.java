package dev.verhulst.service.grpc;

import static dev.verhulst.service.exchange.SharedMemoryParameters.BYTE_SIZE;
import static dev.verhulst.service.exchange.SharedMemoryParameters.OFFSET;
import static dev.verhulst.service.exchange.SharedMemoryParameters.REGION;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import dev.verhulst.grpc.protocol.ModelInferResponse.InferOutputTensor;
import dev.verhulst.grpc.protocol.ModelStreamInferResponse;
import dev.verhulst.service.exchange.Classification;
import dev.verhulst.service.model.InferencePlan;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.PlannedOutput;
import dev.verhulst.service.model.Shape;
import dev.verhulst.service.model.SharedMemoryRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts answers together: protobuf's classes write everything but {@code raw_output_contents}, whose
 * elements follow where they are.
 */
final class InferAnswers {

  private InferAnswers() {}

  /**
   * The answer of a request that succeeded.
   *
   * @param outputs what is answered for each of the plan's outputs
   * @param streamed whether it goes out as a {@code ModelStreamInferResponse}
   */
  static OutgoingMessage of(
      Model model,
      @Nullable String id,
      InferencePlan plan,
      List<MemorySegment> outputs,
      boolean streamed) {
    List<MemorySegment> parts = new ArrayList<>(2 + 2 * outputs.size());
    parts.add(MemorySegment.ofArray(frame(model, id, plan).toByteArray()));
    for (int i = 0; i < outputs.size(); i++) {
      // What lies in shared memory leaves its place here empty, so that clients find the others.
      MemorySegment output =
          plan.outputs().get(i).shared() == null ? outputs.get(i) : outputs.get(i).asSlice(0, 0);
      parts.add(fieldHead(ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER, output.byteSize()));
      parts.add(output);
    }
    if (streamed) {
      long byteSize = parts.stream().mapToLong(MemorySegment::byteSize).sum();
      parts.addFirst(fieldHead(ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER, byteSize));
    }
    return new OutgoingMessage(parts);
  }

  /** The answer, in a stream, of a request that failed. */
  static OutgoingMessage error(@Nullable String id, String message) {
    ModelStreamInferResponse.Builder response =
        ModelStreamInferResponse.newBuilder().setErrorMessage(message);
    if (id != null) {
      response.setInferResponse(ModelInferResponse.newBuilder().setId(id));
    }
    return new OutgoingMessage(List.of(MemorySegment.ofArray(response.build().toByteArray())));
  }

  private static ModelInferResponse frame(Model model, @Nullable String id, InferencePlan plan) {
    ModelInferResponse.Builder response =
        ModelInferResponse.newBuilder().setModelName(model.name()).setModelVersion(model.version());
    if (id != null) {
      response.setId(id);
    }
    for (PlannedOutput output : plan.outputs()) {
      InferOutputTensor.Builder tensor =
          response
              .addOutputsBuilder()
              .setName(output.name())
              .setDatatype(
                  output.isClassified() ? Classification.DATATYPE : output.datatype().name());
      SharedMemoryRange shared = output.shared();
      if (shared != null) {
        tensor
            .putParameters(
                REGION, InferParameter.newBuilder().setStringParam(shared.region()).build())
            .putParameters(BYTE_SIZE, integer(output.byteSize()))
            .putParameters(OFFSET, integer(shared.offset()));
      }
      Shape shape = output.isClassified() ? Classification.shape(output) : output.shape();
      for (int i = 0; i < shape.rank(); i++) {
        tensor.addShape(shape.dimension(i));
      }
    }
    return response.build();
  }

  private static InferParameter integer(long value) {
    return InferParameter.newBuilder().setInt64Param(value).build();
  }

  /** The tag and the length of a field that has one. */
  private static MemorySegment fieldHead(int field, long byteSize) {
    ByteArrayOutputStream head = new ByteArrayOutputStream(16);
    CodedOutputStream out = CodedOutputStream.newInstance(head, 16);
    try {
      out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt64NoTag(byteSize);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return MemorySegment.ofArray(head.toByteArray());
  }
}
