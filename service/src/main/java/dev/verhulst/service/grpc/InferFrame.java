package dev.verhulst.service.grpc;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An inference request message, its tensors' elements aside: of these, it says where they are.
 *
 * @param modelName as it was sent; empty where it was not
 * @param version the version asked for, or null for any
 * @param id the caller's name for the request, or null
 * @param parameters strings, booleans, longs, doubles, and integers beyond a long
 * @param rawContents one per input, or none at all
 */
record InferFrame(
    String modelName,
    @Nullable String version,
    @Nullable String id,
    Map<String, Object> parameters,
    List<Input> inputs,
    List<Output> outputs,
    List<ProtobufReader.Range> rawContents) {

  /**
   * An input.
   *
   * @param contents its typed elements, or null where it has none
   */
  record Input(
      String name,
      String datatype,
      long[] shape,
      Map<String, Object> parameters,
      @Nullable TypedContents contents) {}

  /** An output that is asked for. */
  record Output(String name, Map<String, Object> parameters) {}
}
