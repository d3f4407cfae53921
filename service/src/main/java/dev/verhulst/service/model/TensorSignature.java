package dev.verhulst.service.model;

import dev.verhulst.client.protocol.Datatype;
import java.util.List;

/**
 * A tensor that a model takes or gives.
 *
 * @param name its name in requests
 * @param datatype its type as the metadata declares it
 * @param shape its shape as the metadata declares it; -1 stands for any length
 * @param required whether a request must hold it; always false for an output
 */
public record TensorSignature(String name, Datatype datatype, List<Long> shape, boolean required) {

  /** A tensor of a model that takes every type. */
  TensorSignature(String name, List<Long> shape, boolean required) {
    this(name, Datatypes.onTheWire(Datatypes.DECLARED), shape, required);
  }
}
