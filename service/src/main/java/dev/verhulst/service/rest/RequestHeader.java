package dev.verhulst.service.rest;

import dev.verhulst.service.model.InferenceRequest;
import java.util.List;

/**
 * The JSON of a request, its numbers aside.
 *
 * @param sources where the elements of each of the request's inputs are, in the same order
 */
record RequestHeader(InferenceRequest request, List<TensorSource> sources) {}
