package dev.verhulst.client.inference;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model's answer.
 *
 * @param modelName the model that answered; may differ from the name asked for, where that was an
 *     alias
 * @param modelVersion its version; null where the server did not say
 * @param id the request's identifier; null where it had none
 * @param parameters what else the server says: strings, booleans, Long and Double; an integer from
 *     2^63 on is a Long of the same 64 bits
 * @param outputs the outputs by name, in the order of the answer
 */
public record InferenceResponse(
    String modelName,
    @Nullable String modelVersion,
    @Nullable String id,
    Map<String, Object> parameters,
    Map<String, Tensor> outputs) {

  public InferenceResponse {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /**
   * The output of that name.
   *
   * @throws NoSuchElementException where the answer has none; the message names those it has
   */
  public Tensor output(String name) {
    return Optional.ofNullable(outputs.get(name))
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "the answer has no output '" + name + "', but " + outputs.keySet()));
  }

  /**
   * The only output.
   *
   * @throws NoSuchElementException where there is not exactly one
   */
  public Tensor output() {
    if (outputs.size() != 1) {
      throw new NoSuchElementException(
          "expected an answer with one output, got " + outputs.keySet());
    }
    return outputs.values().iterator().next();
  }
}
