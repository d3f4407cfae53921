package dev.verhulst.service.rest;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.exchange.SharedMemoryParameters;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.InputTensor;
import dev.verhulst.service.model.Shape;
import dev.verhulst.service.model.SharedMemoryRange;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads one element of a request's {@code inputs}. */
final class InputReader {

  /** More dimensions than any tensor has; a bound on what is kept of a shape. */
  private static final int MAXIMUM_RANK = 64;

  private final JsonParser json;
  private final String model;
  private final Supplier<TensorSource> data;
  private final Map<String, Object> parameters = new HashMap<>(0);

  private @Nullable String name;
  private @Nullable String datatype;
  private long @Nullable [] shape;
  private @Nullable TensorSource source;

  /**
   * @param json stands at the object's opening bracket
   * @param data gives the place of the {@code data} array that comes next in the text
   */
  InputReader(JsonParser json, String model, Supplier<TensorSource> data) {
    this.json = json;
    this.model = model;
    this.data = data;
  }

  void read(List<InputTensor> inputs, List<TensorSource> sources) {
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken value = json.nextToken();
      switch (key) {
        case "name" -> name = text("name", value, name);
        case "datatype" -> datatype = text("datatype", value, datatype);
        case "shape" -> readShape(value);
        case "data" -> {
          if (value != JsonToken.START_ARRAY) {
            throw wrong("data", "an array of numbers", value);
          }
          json.skipChildren();
          setSource(data.get());
        }
        case "parameters" -> readParameters(value);
        default -> json.skipChildren();
      }
    }
    if (name == null) {
      throw invalidArgument(
          "an input of the request for model '%s' has no 'name'".formatted(model));
    }
    if (datatype == null || shape == null) {
      throw invalidArgument(
          "%s has no '%s'".formatted(described(), datatype == null ? "datatype" : "shape"));
    }
    SharedMemoryRange shared = SharedMemoryParameters.range(parameters, this::described);
    if (shared != null) {
      setSource(new TensorSource.Shared());
    }
    if (source == null) {
      throw invalidArgument(
          "%s has neither 'data' nor 'parameters.binary_data_size' nor 'parameters.shared_memory_region'"
              .formatted(described()));
    }
    try {
      inputs.add(new InputTensor(name, datatype, Shape.of(shape), shared));
    } catch (IllegalArgumentException e) {
      throw invalidArgument("%s: %s".formatted(described(), e.getMessage()));
    }
    sources.add(source);
  }

  private void readShape(JsonToken value) {
    if (shape != null) {
      throw twice("shape");
    }
    if (value != JsonToken.START_ARRAY) {
      throw wrong("shape", "an array of unsigned integers", value);
    }
    long[] dimensions = new long[4];
    int rank = 0;
    while ((value = json.nextToken()) != JsonToken.END_ARRAY) {
      if (value != JsonToken.VALUE_NUMBER_INT) {
        throw wrong("shape", "an array of unsigned integers", value);
      }
      if (rank == MAXIMUM_RANK) {
        throw invalidArgument(
            "%s has more than %d dimensions".formatted(described(), MAXIMUM_RANK));
      }
      if (rank == dimensions.length) {
        dimensions = Arrays.copyOf(dimensions, 2 * rank);
      }
      dimensions[rank++] = unsigned("shape");
    }
    shape = Arrays.copyOf(dimensions, rank);
  }

  private void readParameters(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      throw wrong("parameters", "an object", value);
    }
    String key;
    while ((key = json.nextName()) != null) {
      JsonToken parameter = json.nextToken();
      switch (key) {
        case "binary_data_size" -> {
          if (parameter != JsonToken.VALUE_NUMBER_INT) {
            throw wrong("parameters.binary_data_size", "an unsigned integer", parameter);
          }
          setSource(new TensorSource.Binary(unsigned("parameters.binary_data_size")));
        }
        default -> {
          if (SharedMemoryParameters.has(key)) {
            parameters.put(key, ParameterReader.plain(json));
          } else {
            json.skipChildren();
          }
        }
      }
    }
  }

  private void setSource(TensorSource newSource) {
    if (source != null) {
      throw invalidArgument(
          "%s must have exactly one of 'data', 'parameters.binary_data_size' and 'parameters.shared_memory_region', got more"
              .formatted(described()));
    }
    source = newSource;
  }

  private long unsigned(String key) {
    JsonParser.NumberType type = json.getNumberType();
    if (type != JsonParser.NumberType.INT && type != JsonParser.NumberType.LONG
        || json.getLongValue() < 0) {
      throw invalidArgument(
          "'%s' of %s must hold unsigned integers below 2^63, got %s"
              .formatted(key, described(), json.getString()));
    }
    return json.getLongValue();
  }

  private String text(String key, JsonToken value, @Nullable String known) {
    if (known != null) {
      throw twice(key);
    }
    if (value != JsonToken.VALUE_STRING) {
      throw wrong(key, "a string", value);
    }
    return json.getString();
  }

  private InferenceException twice(String key) {
    return invalidArgument("the key '%s' of %s appears twice".formatted(key, described()));
  }

  private InferenceException wrong(String key, String expected, JsonToken got) {
    return invalidArgument(
        "'%s' of %s must be %s, got %s"
            .formatted(key, described(), expected, RequestHeaderReader.described(got)));
  }

  private String described() {
    return name == null
        ? "an input for model '%s'".formatted(model)
        : "input '%s' for model '%s'".formatted(name, model);
  }
}
