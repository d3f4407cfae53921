package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.description.RepositoryControl;
import dev.verhulst.service.repository.IndexEntry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The index of the models, and what loads and unloads them. */
final class RepositoryEndpoint {

  private final RepositoryControl repository;
  private final SmallJsonReader bodies;

  RepositoryEndpoint(RepositoryControl repository, SmallJsonReader bodies) {
    this.repository = repository;
    this.bodies = bodies;
  }

  void index(HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean readyOnly = bodies.parse(request, RepositoryEndpoint::ready);
    List<IndexEntry> entries = repository.index(readyOnly);
    JsonResponse.send(response, json -> write(json, entries));
  }

  void load(String model, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    repository.load(model, bodies.parse(request, RepositoryEndpoint::parameters));
    response.setContentLength(0);
  }

  void unload(String model, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    repository.unload(model, bodies.parse(request, RepositoryEndpoint::parameters));
    response.setContentLength(0);
  }

  private static boolean ready(JsonParser json) {
    boolean ready = false;
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (key.equals("ready")) {
        if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
          throw invalidArgument(
              "'ready' of a repository index request must be a boolean, got "
                  + RequestHeaderReader.described(value));
        }
        ready = value == JsonToken.VALUE_TRUE;
      }
      json.skipChildren();
    }
    return ready;
  }

  private static Map<String, Object> parameters(JsonParser json) {
    Map<String, Object> parameters = new HashMap<>();
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      if (!key.equals("parameters")) {
        json.skipChildren();
        continue;
      }
      SmallJsonReader.expectObject(value, "'parameters'");
      String name;
      while ((name = json.nextName()) != null) {
        parameters.put(name, value(json));
      }
    }
    return parameters;
  }

  /** A string, a boolean or something else: nothing but these two is of use. */
  private static Object value(JsonParser json) {
    JsonToken token = json.nextToken();
    if (token == JsonToken.VALUE_STRING) {
      return json.getString();
    }
    if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
      return token == JsonToken.VALUE_TRUE;
    }
    json.skipChildren();
    return token;
  }

  private static void write(JsonGenerator json, List<IndexEntry> entries) {
    json.writeStartArray();
    for (IndexEntry entry : entries) {
      json.writeStartObject();
      json.writeStringProperty("name", entry.name());
      json.writeStringProperty("version", entry.version());
      json.writeStringProperty("state", entry.state().name());
      json.writeStringProperty("reason", entry.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
