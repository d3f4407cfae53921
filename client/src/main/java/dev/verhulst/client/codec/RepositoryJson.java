package dev.verhulst.client.codec;

import dev.verhulst.client.metadata.RepositoryEntry;
import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/** The bodies of the calls of a server's model repository. */
public final class RepositoryJson {

  private RepositoryJson() {}

  public static byte[] indexRequest(boolean readyOnly) {
    return object(json -> json.writeBooleanProperty("ready", readyOnly));
  }

  /**
   * @param configuration the model's configuration, as JSON, which travels as a string; null for
   *     its own
   */
  public static byte[] loadRequest(@Nullable String configuration) {
    return configuration == null
        ? object(json -> {})
        : parameters(json -> json.writeStringProperty("config", configuration));
  }

  public static byte[] unloadRequest(boolean unloadDependents) {
    return unloadDependents
        ? parameters(json -> json.writeBooleanProperty("unload_dependents", true))
        : object(json -> {});
  }

  public static List<RepositoryEntry> readIndex(byte[] json) throws ProtocolException {
    return Json.read(
        json,
        parser -> {
          List<RepositoryEntry> entries = new ArrayList<>();
          Json.readArray(parser, () -> entries.add(readEntry(parser)));
          return List.copyOf(entries);
        });
  }

  private static RepositoryEntry readEntry(JsonParser parser) throws ProtocolException {
    Map<String, String> texts = new HashMap<>();
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "name", "version", "state", "reason" -> texts.put(property, Json.readText(parser));
            default -> parser.skipChildren();
          }
        });
    return new RepositoryEntry(
        texts.getOrDefault("name", ""),
        texts.getOrDefault("version", ""),
        texts.getOrDefault("state", ""),
        texts.getOrDefault("reason", ""));
  }

  private static byte[] parameters(Consumer<JsonGenerator> content) {
    return object(
        json -> {
          json.writeObjectPropertyStart("parameters");
          content.accept(json);
          json.writeEndObject();
        });
  }

  private static byte[] object(Consumer<JsonGenerator> content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.generator(bytes)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
