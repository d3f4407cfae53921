package dev.verhulst.service.model;

import java.util.HashMap;
import java.util.Map;

/** The parameters of a function: those of its model, and over them those of a request. */
final class MergedParameters {

  private MergedParameters() {}

  static Map<String, Object> of(Map<String, Object> defaults, Map<String, Object> request) {
    if (defaults.isEmpty()) {
      return request;
    }
    if (request.isEmpty()) {
      return defaults;
    }
    Map<String, Object> merged = new HashMap<>(defaults);
    merged.putAll(request);
    return merged;
  }
}
