package dev.verhulst.client.codec;

import dev.verhulst.client.jobs.JobProgress;
import dev.verhulst.client.jobs.JobResult;
import dev.verhulst.client.jobs.JobState;
import dev.verhulst.client.jobs.JobStatus;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads how jobs stand. What the client does not know is left out. */
public final class JobJson {

  private JobJson() {}

  public static JobStatus read(byte[] json) throws ProtocolException {
    return Json.read(json, JobJson::readStatus);
  }

  private static JobStatus readStatus(JsonParser parser) throws ProtocolException {
    Map<String, String> texts = new HashMap<>();
    List<JobProgress> progress = new ArrayList<>(1);
    List<JobResult> result = new ArrayList<>(1);
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "id", "kind", "model_name", "state", "error" ->
                texts.put(property, Json.readString(parser));
            case "progress" -> progress.add(readProgress(parser));
            case "result" -> result.add(readResult(parser));
            default -> parser.skipChildren();
          }
        });
    return new JobStatus(
        texts.getOrDefault("id", ""),
        texts.getOrDefault("kind", ""),
        texts.getOrDefault("model_name", ""),
        state(texts.get("state")),
        progress.stream().findFirst(),
        result.stream().findFirst(),
        Optional.ofNullable(texts.get("error")));
  }

  private static JobState state(@Nullable String text) throws ProtocolException {
    try {
      return JobState.valueOf(String.valueOf(text).toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("expected the state of a job, got '" + text + "'");
    }
  }

  private static JobProgress readProgress(JsonParser parser) throws ProtocolException {
    Map<String, Double> numbers = new HashMap<>();
    Json.readObject(
        parser,
        property -> {
          JsonToken token = parser.currentToken();
          if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            numbers.put(property, parser.getDoubleValue());
          } else {
            parser.skipChildren();
          }
        });
    Double left = numbers.get("seconds_left");
    return new JobProgress(
        numbers.getOrDefault("label", 0.0).intValue(),
        numbers.getOrDefault("labels", 0.0).intValue(),
        numbers.getOrDefault("iteration", 0.0).intValue(),
        numbers.getOrDefault("loss", Double.NaN),
        numbers.getOrDefault("gradient_norm", Double.NaN),
        numbers.getOrDefault("tolerance", Double.NaN),
        numbers.getOrDefault("share", 0.0),
        left == null ? Optional.empty() : Optional.of(Duration.ofMillis(Math.round(left * 1000))));
  }

  private static JobResult readResult(JsonParser parser) throws ProtocolException {
    Map<String, String> texts = new HashMap<>();
    Map<String, Boolean> booleans = new HashMap<>();
    List<String> warnings = new ArrayList<>();
    Json.readObject(
        parser,
        property -> {
          switch (property) {
            case "model_version" -> texts.put(property, Json.readText(parser));
            case "served", "converged" ->
                booleans.put(property, parser.currentToken() == JsonToken.VALUE_TRUE);
            case "warnings" ->
                Json.readOptionalArray(parser, () -> warnings.add(Json.readString(parser)));
            default -> parser.skipChildren();
          }
        });
    return new JobResult(
        texts.getOrDefault("model_version", ""),
        booleans.getOrDefault("served", false),
        booleans.getOrDefault("converged", true),
        warnings);
  }
}
