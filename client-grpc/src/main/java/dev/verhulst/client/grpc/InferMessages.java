package dev.verhulst.client.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.inference.Placement;
import dev.verhulst.client.inference.RequestedOutput;
import dev.verhulst.client.inference.Tensor;
import dev.verhulst.client.protocol.Datatype;
import dev.verhulst.grpc.protocol.InferParameter;
import dev.verhulst.grpc.protocol.ModelInferRequest;
import dev.verhulst.grpc.protocol.ModelInferResponse;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Inferences to messages and back. Tensors travel raw. Those in arrays go into a message as they
 * are; those in direct buffers are copied to the heap, since protobuf holds nothing else.
 */
final class InferMessages {

  /** gRPC counts the bytes of a message and the 5 before it in an int. */
  private static final int LARGEST_MESSAGE = Integer.MAX_VALUE - 5;

  private InferMessages() {}

  /**
   * @throws IllegalArgumentException where the request is larger than a message can be
   */
  static ModelInferRequest request(InferenceRequest request) {
    long tensorBytes =
        request.inputs().values().stream().mapToLong(input -> input.bytes().remaining()).sum();
    if (tensorBytes > LARGEST_MESSAGE) {
      throw tooLarge(request, tensorBytes);
    }
    ModelInferRequest.Builder message =
        ModelInferRequest.newBuilder()
            .setModelName(request.model())
            .setModelVersion(request.version().orElse(""))
            .setId(request.id().orElse(""));
    request.parameters().forEach((name, value) -> message.putParameters(name, parameter(value)));
    request.inputs().forEach((name, tensor) -> addInput(message, name, tensor));
    for (RequestedOutput output : request.outputs()) {
      ModelInferRequest.InferRequestedOutputTensor.Builder requested =
          message.addOutputsBuilder().setName(output.name());
      output.parameters().forEach((name, value) -> requested.putParameters(name, parameter(value)));
    }
    ModelInferRequest built = message.build();
    // With what is beside the tensors it may be a little larger than the largest int.
    int size = built.getSerializedSize();
    if (Integer.compareUnsigned(size, LARGEST_MESSAGE) > 0) {
      throw tooLarge(request, Integer.toUnsignedLong(size));
    }
    return built;
  }

  private static IllegalArgumentException tooLarge(InferenceRequest request, long size) {
    return new IllegalArgumentException(
        "the request to model '"
            + request.model()
            + "' has "
            + size
            + " bytes, and a gRPC message at most "
            + LARGEST_MESSAGE
            + ": connect to the server's HTTP port, where there is no such limit, or send fewer"
            + " rows at a time");
  }

  private static void addInput(ModelInferRequest.Builder message, String name, Tensor tensor) {
    ModelInferRequest.InferInputTensor.Builder input =
        message.addInputsBuilder().setName(name).setDatatype(tensor.datatype().name());
    for (long dimension : tensor.shape()) {
      input.addShape(dimension);
    }
    message.addRawInputContents(UnsafeByteOperations.unsafeWrap(tensor.bytes()));
  }

  static InferenceResponse response(InferenceRequest request, ModelInferResponse message)
      throws ProtocolException {
    boolean raw = message.getRawOutputContentsCount() > 0;
    if (raw && message.getRawOutputContentsCount() != message.getOutputsCount()) {
      throw new ProtocolException(
          "the answer has "
              + message.getOutputsCount()
              + " outputs, but raw contents of "
              + message.getRawOutputContentsCount());
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < message.getOutputsCount(); i++) {
      ModelInferResponse.InferOutputTensor output = message.getOutputs(i);
      Datatype datatype = datatype(output);
      ByteBuffer bytes =
          raw
              ? message.getRawOutputContents(i).asReadOnlyByteBuffer()
              : TypedContents.bytes(datatype, output.getContents());
      long[] shape = output.getShapeList().stream().mapToLong(Long::longValue).toArray();
      outputs.put(output.getName(), tensor(request, output.getName(), datatype, bytes, shape));
    }
    for (RequestedOutput output : request.outputs()) {
      if (!outputs.containsKey(output.name())) {
        throw new ProtocolException(
            "the answer lacks output '" + output.name() + "' and has " + outputs.keySet());
      }
    }
    Map<String, Object> parameters = new LinkedHashMap<>();
    message.getParametersMap().forEach((name, value) -> readParameter(parameters, name, value));
    return new InferenceResponse(
        message.getModelName(),
        message.getModelVersion().isEmpty() ? null : message.getModelVersion(),
        message.getId().isEmpty() ? null : message.getId(),
        parameters,
        outputs);
  }

  private static Tensor tensor(
      InferenceRequest request, String name, Datatype datatype, ByteBuffer bytes, long[] shape)
      throws ProtocolException {
    ByteBuffer placed = Placement.place(request, name, bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      return Tensor.wrap(datatype, placed, shape);
    } catch (IllegalArgumentException e) {
      throw (ProtocolException)
          new ProtocolException("output '" + name + "': " + e.getMessage()).initCause(e);
    }
  }

  private static Datatype datatype(ModelInferResponse.InferOutputTensor output)
      throws ProtocolException {
    try {
      return Datatype.valueOf(output.getDatatype());
    } catch (IllegalArgumentException e) {
      throw (ProtocolException)
          new ProtocolException(
                  "output '" + output.getName() + "' has datatype '" + output.getDatatype() + "'")
              .initCause(e);
    }
  }

  private static InferParameter parameter(Object value) {
    InferParameter.Builder parameter = InferParameter.newBuilder();
    if (value instanceof String string) {
      parameter.setStringParam(string);
    } else if (value instanceof Boolean bool) {
      parameter.setBoolParam(bool);
    } else if (value instanceof Long integer) {
      parameter.setInt64Param(integer);
    } else if (value instanceof Double number) {
      parameter.setDoubleParam(number);
    } else {
      throw new IllegalStateException("this is a bug: unchecked parameter " + value);
    }
    return parameter.build();
  }

  private static void readParameter(
      Map<String, Object> parameters, String name, InferParameter value) {
    switch (value.getParameterChoiceCase()) {
      case BOOL_PARAM -> parameters.put(name, value.getBoolParam());
      case INT64_PARAM -> parameters.put(name, value.getInt64Param());
      case STRING_PARAM -> parameters.put(name, value.getStringParam());
      case DOUBLE_PARAM -> parameters.put(name, value.getDoubleParam());
      case UINT64_PARAM -> parameters.put(name, value.getUint64Param());
      case PARAMETERCHOICE_NOT_SET -> {}
    }
  }
}
