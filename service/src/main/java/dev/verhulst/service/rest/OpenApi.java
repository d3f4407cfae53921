package dev.verhulst.service.rest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The OpenAPI document of the HTTP interface, {@code openapi.yaml}, as JSON. */
final class OpenApi {

  private static final String RESOURCE = "/openapi.yaml";
  private static final JsonFactory JSON = new JsonFactory();

  private OpenApi() {}

  /** The document; put together at the first call, since few servers are ever asked for it. */
  static byte[] json() {
    return Holder.JSON.clone();
  }

  private static final class Holder {
    static final byte[] JSON = read();
  }

  private static byte[] read() {
    ByteArrayOutputStream document = new ByteArrayOutputStream();
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(200);
    try (InputStream yaml = OpenApi.class.getResourceAsStream(RESOURCE);
        JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), document)) {
      write(
          json,
          new Yaml(new SafeConstructor(options))
              .load(Objects.requireNonNull(yaml, "this is a bug: no " + RESOURCE)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return document.toByteArray();
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach(
            (key, element) -> {
              json.writeName(String.valueOf(key));
              write(json, element);
            });
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        list.forEach(element -> write(json, element));
        json.writeEndArray();
      }
      case String text -> json.writeString(text);
      case Boolean bool -> json.writeBoolean(bool);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case null, default ->
          throw new IllegalStateException("this is a bug: " + RESOURCE + " holds " + value);
    }
  }
}
