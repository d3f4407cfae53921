package dev.verhulst.client.codec;

import dev.verhulst.client.metadata.BatchStatistics;
import dev.verhulst.client.metadata.CountedTime;
import dev.verhulst.client.metadata.ModelStatistics;
import java.net.ProtocolException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;

/** Reads the statistics of models. What the client does not know is left out. */
public final class StatisticsReader {

  private StatisticsReader() {}

  public static List<ModelStatistics> read(byte[] json) throws ProtocolException {
    return Json.read(
        json,
        parser -> {
          List<ModelStatistics> models = new ArrayList<>();
          Json.readObject(
              parser,
              property -> {
                if (property.equals("model_stats")) {
                  Json.readOptionalArray(parser, () -> models.add(readModel(parser)));
                } else {
                  parser.skipChildren();
                }
              });
          return List.copyOf(models);
        });
  }

  private static ModelStatistics readModel(JsonParser parser) throws ProtocolException {
    Map<String, String> texts = new HashMap<>();
    Map<String, Long> numbers = new HashMap<>();
    Map<String, CountedTime> times = new HashMap<>();
    List<BatchStatistics> batches = new ArrayList<>();
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "name", "version" -> texts.put(property, Json.readText(parser));
            case "last_inference", "inference_count", "execution_count" ->
                numbers.put(property, Json.readLenientLong(parser));
            case "inference_stats" -> readTimes(parser, times);
            case "batch_stats" ->
                Json.readOptionalArray(parser, () -> batches.add(readBatch(parser)));
            default -> parser.skipChildren();
          }
        });
    long lastInference = numbers.getOrDefault("last_inference", 0L);
    return new ModelStatistics(
        texts.getOrDefault("name", ""),
        texts.getOrDefault("version", ""),
        lastInference == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastInference)),
        numbers.getOrDefault("inference_count", 0L),
        numbers.getOrDefault("execution_count", 0L),
        time(times, "success"),
        time(times, "fail"),
        time(times, "queue"),
        time(times, "compute_input"),
        time(times, "compute_infer"),
        time(times, "compute_output"),
        time(times, "cache_hit"),
        time(times, "cache_miss"),
        batches);
  }

  private static BatchStatistics readBatch(JsonParser parser) throws ProtocolException {
    Map<String, Long> numbers = new HashMap<>();
    Map<String, CountedTime> times = new HashMap<>();
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "batch_size" -> numbers.put(property, Json.readLenientLong(parser));
            case "compute_input", "compute_infer", "compute_output" ->
                times.put(property, readTime(parser));
            default -> parser.skipChildren();
          }
        });
    return new BatchStatistics(
        numbers.getOrDefault("batch_size", 0L),
        time(times, "compute_input"),
        time(times, "compute_infer"),
        time(times, "compute_output"));
  }

  private static void readTimes(JsonParser parser, Map<String, CountedTime> times)
      throws ProtocolException {
    Json.readOptionalObject(
        parser,
        property -> {
          switch (property) {
            case "success",
                "fail",
                "queue",
                "compute_input",
                "compute_infer",
                "compute_output",
                "cache_hit",
                "cache_miss" ->
                times.put(property, readTime(parser));
            default -> parser.skipChildren();
          }
        });
  }

  private static CountedTime readTime(JsonParser parser) throws ProtocolException {
    Map<String, Long> numbers = new HashMap<>();
    Json.readOptionalObject(
        parser,
        property -> {
          switch (property) {
            case "count", "ns" -> numbers.put(property, Json.readLenientLong(parser));
            default -> parser.skipChildren();
          }
        });
    return new CountedTime(
        numbers.getOrDefault("count", 0L), Duration.ofNanos(numbers.getOrDefault("ns", 0L)));
  }

  private static CountedTime time(Map<String, CountedTime> times, String name) {
    return times.getOrDefault(name, CountedTime.NONE);
  }
}
