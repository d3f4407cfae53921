package dev.verhulst.service.model;

import dev.verhulst.service.inference.InferenceException;
import java.util.List;

/** A version of something that requests are sent to by its name. Immutable. */
public interface Model {

  /** The name that requests call it by. */
  String name();

  /** The version's number, as the protocol writes it. */
  String version();

  /** The name that its queue and its metrics go by: for an alias, that of the function itself. */
  String canonicalName();

  /** What it takes, those first that a request must hold. */
  List<TensorSignature> inputs();

  /** What it gives; the first is computed where a request asks for none. */
  List<TensorSignature> outputs();

  /** Whether one execution makes use of the whole device, so that a second gains nothing. */
  default boolean oneExecutionAtATime() {
    return false;
  }

  /**
   * Checks a request against the model.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where the request does not fit
   */
  InferencePlan plan(InferenceRequest request);
}
