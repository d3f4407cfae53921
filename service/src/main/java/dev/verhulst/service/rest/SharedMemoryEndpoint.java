package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.sharedmemory.SharedMemoryRegion;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/** The regions of shared memory: listed, registered and unregistered. */
final class SharedMemoryEndpoint {

  private final SharedMemoryRegions regions;
  private final SmallJsonReader bodies;

  SharedMemoryEndpoint(SharedMemoryRegions regions, SmallJsonReader bodies) {
    this.regions = regions;
    this.bodies = bodies;
  }

  /**
   * @param region the region asked for, or null for all
   */
  void status(@Nullable String region, HttpServletResponse response) throws IOException {
    List<SharedMemoryRegion> found =
        region == null ? regions.status() : List.of(regions.status(region));
    JsonResponse.send(response, json -> write(json, found));
  }

  void register(String region, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Map<String, Object> body = bodies.parse(request, SharedMemoryEndpoint::values);
    if (!(body.get("key") instanceof String key)) {
      throw invalidArgument(
          "'key' of the request to register shared memory region '%s' must be a string"
              .formatted(region));
    }
    regions.register(
        region,
        key,
        integer("offset", body.getOrDefault("offset", 0L), region),
        integer("byte_size", body.get("byte_size"), region));
    response.setContentLength(0);
  }

  /**
   * @param region the region to forget, or null for all
   */
  void unregister(@Nullable String region, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    bodies.parse(request, SharedMemoryEndpoint::values);
    if (region == null) {
      regions.unregisterAll();
    } else {
      regions.unregister(region);
    }
    response.setContentLength(0);
  }

  private static Map<String, Object> values(JsonParser json) {
    Map<String, Object> values = new HashMap<>();
    String name;
    while ((name = json.nextName()) != null) {
      json.nextToken();
      values.put(name, ParameterReader.plain(json));
    }
    return values;
  }

  private static long integer(String name, @Nullable Object value, String region) {
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    throw invalidArgument(
        "'%s' of the request to register shared memory region '%s' must be an integer below 2^63"
            .formatted(name, region));
  }

  private static void write(JsonGenerator json, List<SharedMemoryRegion> regions) {
    json.writeStartArray();
    for (SharedMemoryRegion region : regions) {
      json.writeStartObject();
      json.writeStringProperty("name", region.name());
      json.writeStringProperty("key", region.key());
      json.writeNumberProperty("offset", region.offset());
      json.writeNumberProperty("byte_size", region.byteSize());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
