package dev.verhulst.service.model;

import java.util.List;

/**
 * A tensor that a model takes or gives.
 *
 * @param name its name in requests
 * @param shape its shape as the metadata declares it; -1 stands for any length
 * @param required whether a request must hold it; always false for an output
 */
public record TensorSignature(String name, List<Long> shape, boolean required) {}
