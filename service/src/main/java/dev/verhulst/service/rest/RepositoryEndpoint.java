package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.description.ModelDescriptions.IndexEntry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The index of the models. */
final class RepositoryEndpoint {

  private static final int LONGEST_BODY = 64 * 1024;
  private static final JsonFactory JSON = new JsonFactory();

  private final ModelDescriptions models;

  RepositoryEndpoint(ModelDescriptions models) {
    this.models = models;
  }

  void index(HttpServletRequest request, HttpServletResponse response) throws IOException {
    byte[] body = request.getInputStream().readNBytes(LONGEST_BODY + 1);
    if (body.length > LONGEST_BODY) {
      throw invalidArgument(
          "the body of a repository index request must not be longer than %d bytes"
              .formatted(LONGEST_BODY));
    }
    // Every model is ready, so that to ask for those that are makes no difference.
    check(body);
    List<IndexEntry> entries = models.index();
    JsonResponse.send(response, json -> write(json, entries));
  }

  private static void check(byte[] body) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      JsonToken first = json.nextToken();
      if (first == null) {
        return;
      }
      if (first != JsonToken.START_OBJECT) {
        throw invalidArgument(
            "failed to parse the request JSON buffer: expected an object, got "
                + RequestHeaderReader.described(first));
      }
      String key;
      while ((key = json.nextName()) != null) {
        JsonToken value = json.nextToken();
        if (key.equals("ready")
            && value != JsonToken.VALUE_TRUE
            && value != JsonToken.VALUE_FALSE) {
          throw invalidArgument(
              "'ready' of a repository index request must be a boolean, got "
                  + RequestHeaderReader.described(value));
        }
        json.skipChildren();
      }
    } catch (JacksonException e) {
      throw invalidArgument("failed to parse the request JSON buffer: " + e.getOriginalMessage());
    }
  }

  private static void write(JsonGenerator json, List<IndexEntry> entries) {
    json.writeStartArray();
    for (IndexEntry entry : entries) {
      json.writeStartObject();
      json.writeStringProperty("name", entry.name());
      json.writeStringProperty("version", entry.version());
      json.writeStringProperty("state", entry.state());
      json.writeStringProperty("reason", entry.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
