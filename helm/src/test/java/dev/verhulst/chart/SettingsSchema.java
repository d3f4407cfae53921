package dev.verhulst.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/** The JSON schema of the service's settings below {@code verhulst}, made from its classes. */
final class SettingsSchema {

  private static final String ROOT = "verhulst";
  private static final ObjectMapper JSON = new ObjectMapper();

  private SettingsSchema() {}

  static JsonNode generate() {
    ObjectNode schema = object();
    types()
        .sorted((a, b) -> prefix(a).compareTo(prefix(b)))
        .forEach(
            type -> {
              ObjectNode parent = schema;
              for (String name : names(prefix(type))) {
                parent = child(parent, name);
              }
              addComponents(parent, type);
            });
    sort(schema);
    return schema;
  }

  /** The classes of settings that the service has. */
  private static Stream<? extends Class<?>> types() {
    ClassPathScanningCandidateComponentProvider scanner =
        new ClassPathScanningCandidateComponentProvider(false);
    scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
    return scanner.findCandidateComponents("dev.verhulst.service").stream()
        .map(BeanDefinition::getBeanClassName)
        .map(name -> ClassUtils.resolveClassName(Objects.requireNonNull(name), null))
        .filter(type -> prefix(type).equals(ROOT) || prefix(type).startsWith(ROOT + "."));
  }

  private static String prefix(Class<?> type) {
    return Objects.requireNonNull(type.getAnnotation(ConfigurationProperties.class)).value();
  }

  private static List<String> names(String prefix) {
    List<String> names = Arrays.asList(prefix.split("\\."));
    return names.subList(1, names.size());
  }

  private static ObjectNode child(ObjectNode parent, String name) {
    ObjectNode properties = (ObjectNode) parent.get("properties");
    if (!properties.has(name)) {
      properties.set(name, object());
    }
    return (ObjectNode) properties.get(name);
  }

  private static void addComponents(ObjectNode schema, Class<?> type) {
    ObjectNode properties = (ObjectNode) schema.get("properties");
    for (RecordComponent component : type.getRecordComponents()) {
      ObjectNode value = schemaOf(component.getGenericType());
      DefaultValue fallback = fallback(type, component);
      if (fallback != null && fallback.value().length > 0) {
        addDefault(value, String.join(", ", fallback.value()));
      }
      properties.set(DataObjectPropertyName.toDashedForm(component.getName()), value);
    }
  }

  private static void addDefault(ObjectNode schema, String text) {
    switch (schema.at("/type").asText()) {
      case "integer" -> schema.put("default", Long.parseLong(text));
      case "number" -> schema.put("default", Double.parseDouble(text));
      case "boolean" -> schema.put("default", Boolean.parseBoolean(text));
      case "array" -> Arrays.stream(text.split(", ")).forEach(schema.putArray("default")::add);
      default -> schema.put("default", text);
    }
  }

  /** The annotation is on the parameter of the record's constructor. */
  private static @Nullable DefaultValue fallback(Class<?> type, RecordComponent component) {
    return Arrays.stream(type.getDeclaredConstructors())
        .filter(constructor -> constructor.getParameterCount() == type.getRecordComponents().length)
        .flatMap(constructor -> Arrays.stream(constructor.getParameters()))
        .filter(parameter -> parameter.getName().equals(component.getName()))
        .map(parameter -> parameter.getAnnotation(DefaultValue.class))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static ObjectNode schemaOf(Type type) {
    if (type instanceof ParameterizedType collection) {
      Type[] arguments = collection.getActualTypeArguments();
      Type element = arguments[arguments.length - 1];
      return collection.getRawType() == List.class
          ? JSON.createObjectNode().put("type", "array").set("items", schemaOf(element))
          : JSON.createObjectNode()
              .put("type", "object")
              .set("additionalProperties", schemaOf(element));
    }
    Class<?> single = ClassUtils.resolvePrimitiveIfNecessary((Class<?>) type);
    if (single.isRecord()) {
      ObjectNode schema = object();
      addComponents(schema, single);
      return schema;
    }
    return value(single);
  }

  private static ObjectNode value(Class<?> type) {
    ObjectNode schema = JSON.createObjectNode();
    if (type.isEnum()) {
      schema.put("type", "string");
      for (Object constant : type.getEnumConstants()) {
        schema
            .withArray("enum")
            .add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      return schema;
    }
    if (type == DataSize.class) {
      return schema.put("type", "string").put("pattern", "^[0-9]+(B|KB|MB|GB|TB)$");
    }
    if (type == Duration.class) {
      return schema.put("type", "string").put("pattern", "^([0-9]+(ns|us|ms|s|m|h|d)|PT.+)$");
    }
    if (type == Boolean.class) {
      return schema.put("type", "boolean");
    }
    if (type == Integer.class || type == Long.class) {
      return schema.put("type", "integer");
    }
    if (type == Double.class || type == Float.class) {
      return schema.put("type", "number");
    }
    if (type == String.class || type == Path.class) {
      return schema.put("type", "string");
    }
    throw new IllegalArgumentException("no schema is known for settings of " + type);
  }

  private static ObjectNode object() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("type", "object").put("additionalProperties", false).putObject("properties");
    return schema;
  }

  private static void sort(ObjectNode schema) {
    ObjectNode properties = (ObjectNode) schema.get("properties");
    ObjectNode sorted = JSON.createObjectNode();
    properties.properties().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(
            each -> {
              if (each.getValue().has("properties")) {
                sort((ObjectNode) each.getValue());
              }
              sorted.set(each.getKey(), each.getValue());
            });
    schema.set("properties", sorted);
  }
}
