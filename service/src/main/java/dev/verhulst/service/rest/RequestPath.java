package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a request's path names. */
sealed interface RequestPath {

  /** What a path to a region of shared memory begins with. */
  String REGION = "/v2/systemsharedmemory/region/";

  /** What a path to a job begins with. */
  String JOBS = "/v2/jobs/";

  /** Whether the server works at all. */
  record Live() implements RequestPath {}

  /** Whether the server takes requests. */
  record Ready() implements RequestPath {}

  /** The server itself. */
  record Server() implements RequestPath {}

  /** A model. */
  record ModelMetadata(String model, @Nullable String version) implements RequestPath {}

  /** Whether a model takes requests. */
  record ModelReady(String model, @Nullable String version) implements RequestPath {}

  /** Inference. */
  record Infer(String model, @Nullable String version) implements RequestPath {}

  /** How a model is configured. */
  record ModelConfig(String model, @Nullable String version) implements RequestPath {}

  /** What a model has done. */
  record ModelStatistics(String model, @Nullable String version) implements RequestPath {}

  /** What every model has done. */
  record AllStatistics() implements RequestPath {}

  /** Which models there are. */
  record RepositoryIndex() implements RequestPath {}

  /** The models of a repository that has a name. */
  record NamedRepository() implements RequestPath {}

  /** Loading of a model. */
  record RepositoryLoad(String model) implements RequestPath {}

  /** Unloading of a model. */
  record RepositoryUnload(String model) implements RequestPath {}

  /** Fitting of a head. */
  record Fit(String model) implements RequestPath {}

  /** Calibration of a head. */
  record Calibrate(String model) implements RequestPath {}

  /** Every job. */
  record JobList() implements RequestPath {}

  /** A job. */
  record SingleJob(String id) implements RequestPath {}

  /** What becomes of a job, as it happens. */
  record JobEvents(String id) implements RequestPath {}

  /** What a job has found. */
  record JobReport(String id) implements RequestPath {}

  /** How far the probabilities of a label can be trusted, as a picture. */
  record JobReliability(String id, String label) implements RequestPath {}

  /** The regions of shared memory; null stands for all. */
  record SharedMemoryStatus(@Nullable String region) implements RequestPath {}

  /** Registering of a region of shared memory. */
  record SharedMemoryRegister(String region) implements RequestPath {}

  /** Unregistering of a region of shared memory; null stands for all. */
  record SharedMemoryUnregister(@Nullable String region) implements RequestPath {}

  /** What the server logs. */
  record Logging() implements RequestPath {}

  /** The description of the HTTP interface. */
  record Description() implements RequestPath {}

  /** Nothing that there is. */
  record Unknown() implements RequestPath {}

  /**
   * Takes a path apart.
   *
   * @param path as it stands in the request line, not decoded, without the query
   * @throws InferenceException of kind INVALID_ARGUMENT where the name of the model could not be
   *     one
   */
  static RequestPath of(String path) {
    return switch (path) {
      case "/v2", "/v2/" -> new Server();
      case "/v2/health/live" -> new Live();
      case "/v2/health/ready" -> new Ready();
      case "/v2/models/stats" -> new AllStatistics();
      case "/v2/repository/index" -> new RepositoryIndex();
      case "/v2/logging" -> new Logging();
      case "/v2/jobs" -> new JobList();
      case "/v2/systemsharedmemory/status" -> new SharedMemoryStatus(null);
      case "/v2/systemsharedmemory/unregister" -> new SharedMemoryUnregister(null);
      case "/openapi" -> new Description();
      default -> {
        if (path.startsWith("/v2/models/")) {
          yield ofModel(path);
        }
        if (path.startsWith(REGION)) {
          yield ofRegion(path);
        }
        if (path.startsWith(JOBS)) {
          yield ofJob(path);
        }
        yield path.startsWith("/v2/repository/") ? ofRepository(path) : new Unknown();
      }
    };
  }

  private static RequestPath ofRegion(String path) {
    String[] segments = path.substring(REGION.length()).split("/", -1);
    if (segments.length != 2) {
      return new Unknown();
    }
    return switch (segments[1]) {
      case "status" -> new SharedMemoryStatus(decoded(segments[0], "region"));
      case "register" -> new SharedMemoryRegister(decoded(segments[0], "region"));
      case "unregister" -> new SharedMemoryUnregister(decoded(segments[0], "region"));
      default -> new Unknown();
    };
  }

  private static RequestPath ofJob(String path) {
    String[] segments = path.substring(JOBS.length()).split("/", -1);
    String id = decoded(segments[0], "job");
    if (segments.length == 1) {
      return id.isEmpty() ? new JobList() : new SingleJob(id);
    }
    if (segments.length == 3 && segments[1].equals("reliability")) {
      return new JobReliability(id, decoded(segments[2], "label"));
    }
    return switch (segments.length == 2 ? segments[1] : "") {
      case "events" -> new JobEvents(id);
      case "report" -> new JobReport(id);
      default -> new Unknown();
    };
  }

  private static RequestPath ofRepository(String path) {
    String[] segments = path.substring("/v2/repository/".length()).split("/", -1);
    if (segments.length == 2 && segments[1].equals("index")) {
      return new NamedRepository();
    }
    int models = segments.length - 3;
    if (models < 0 || models > 1 || !segments[models].equals("models")) {
      return new Unknown();
    }
    String action = segments[models + 2];
    if (models == 1) {
      return action.equals("load") || action.equals("unload")
          ? new NamedRepository()
          : new Unknown();
    }
    return switch (action) {
      case "load" -> new RepositoryLoad(modelName(segments[1]));
      case "unload" -> new RepositoryUnload(modelName(segments[1]));
      case "fit" -> new Fit(modelName(segments[1]));
      case "calibrate" -> new Calibrate(modelName(segments[1]));
      default -> new Unknown();
    };
  }

  private static RequestPath ofModel(String path) {
    int model = "/v2/models/".length();
    int end = path.length() - "/infer".length();
    if (path.indexOf('/', model) == end && path.endsWith("/infer")) {
      // What nearly every request has; the rest of this would find the same.
      return new Infer(modelName(path.substring(model, end)), null);
    }
    String[] segments = path.substring(model).split("/", -1);
    int rest = 1;
    String version = null;
    if (segments.length >= 3 && segments[1].equals("versions")) {
      version = segments[2];
      rest = 3;
      if (!isNumeric(version)) {
        return new Unknown();
      }
    }
    if (segments.length > rest + 1) {
      // Too many segments; but a name with a slash in it is worth an explanation.
      return segments[0].equals("..") || segments[0].equals(".")
          ? new ModelMetadata(modelName(segments[0]), version)
          : new Unknown();
    }
    if (segments.length == rest) {
      return new ModelMetadata(modelName(segments[0]), version);
    }
    return switch (segments[rest]) {
      case "ready" -> new ModelReady(modelName(segments[0]), version);
      case "infer" -> new Infer(modelName(segments[0]), version);
      case "config" -> new ModelConfig(modelName(segments[0]), version);
      case "stats" -> new ModelStatistics(modelName(segments[0]), version);
      default -> new Unknown();
    };
  }

  private static boolean isNumeric(String version) {
    return !version.isEmpty() && version.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Decodes a name, percent-encoded as Python's client sends it or form-encoded as Java's does. */
  private static String decoded(String encoded, String what) {
    if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
      return encoded;
    }
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalidArgument(
          "the %s name '%s' is not percent-encoded: %s".formatted(what, encoded, e.getMessage()));
    }
  }

  private static String modelName(String encoded) {
    String name = decoded(encoded, "model");
    if (name.isBlank()) {
      throw invalidArgument("the model name is empty; expected /v2/models/NAME");
    }
    if (name.equals(".") || name.equals("..") || holdsForbidden(name)) {
      throw invalidArgument(
          "'%s' is not a model name: it must not hold path separators or control characters"
              .formatted(name));
    }
    return name;
  }

  private static boolean holdsForbidden(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '/' || c == '\\' || Character.isISOControl(c)) {
        return true;
      }
    }
    return false;
  }
}
