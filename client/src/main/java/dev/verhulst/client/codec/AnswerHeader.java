package dev.verhulst.client.codec;

import dev.verhulst.client.protocol.Datatype;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON part of an inference answer. */
record AnswerHeader(
    String modelName,
    @Nullable String modelVersion,
    @Nullable String id,
    Map<String, Object> parameters,
    List<Output> outputs) {

  /**
   * What the JSON says of an output.
   *
   * @param data the elements' bytes, where the JSON holds them; null where they follow it
   * @param binarySize how many bytes follow the JSON; 0 where it holds the elements
   */
  record Output(
      String name, Datatype datatype, long[] shape, @Nullable ByteBuffer data, long binarySize) {}
}
