package dev.verhulst.service.exchange;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@code parameters} of a request: those that the protocol reserves, and those of the function.
 * A value is a string, a boolean or a number.
 */
public final class RequestParameters {

  /** The parameter of an output that asks for its classes. */
  public static final String CLASSIFICATION = "classification";

  private static final String RESERVED_PREFIX = "triton_";
  private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

  private final String model;
  private final Map<String, Object> operatorParameters = new HashMap<>(4);
  private boolean binaryDataOutput;
  private int priority;
  private Duration timeout = Duration.ZERO;

  /**
   * @param model the name of the model, for messages
   */
  public RequestParameters(String model) {
    this.model = model;
  }

  /** Whether the model's first output goes out as bytes where none is listed. */
  public boolean binaryDataOutput() {
    return binaryDataOutput;
  }

  /** 1 is served first; 0 stands for the model's default. */
  public int priority() {
    return priority;
  }

  /** How long the request may wait; zero stands for the model's default. */
  public Duration timeout() {
    return timeout;
  }

  /** What is left: for the function. */
  public Map<String, Object> operatorParameters() {
    return operatorParameters;
  }

  /**
   * Takes a parameter of the request.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where the value does not fit the key
   */
  public void put(String key, Object value) {
    switch (key) {
      case "binary_data_output" -> binaryDataOutput = bool(key, value);
      case "priority" -> priority = (int) Math.min(unsigned(key, value), Integer.MAX_VALUE);
      case "timeout" ->
          timeout =
              Duration.of(
                  Math.min(unsigned(key, value), Long.MAX_VALUE / 1_000), ChronoUnit.MICROS);
      // A function has no state that a sequence could carry: checked, and of no effect.
      case "sequence_id" -> {
        if (!(value instanceof String)) {
          unsigned(key, value);
        }
      }
      case "sequence_start", "sequence_end" -> bool(key, value);
      default -> {
        expectUnreserved(key);
        operatorParameters.put(key, value);
      }
    }
  }

  /**
   * The error for a parameter of the request whose value is of no type that there is.
   *
   * @param described the value in the words of a message, e.g. {@code an array}
   */
  public InferenceException wrong(String key, String described) {
    String expected =
        switch (key) {
          case "binary_data_output", "sequence_start", "sequence_end" -> "a boolean";
          case "priority", "timeout", "sequence_id", CLASSIFICATION -> "an unsigned integer";
          default -> {
            expectUnreserved(key);
            yield "a string, a number or a boolean";
          }
        };
    return mustBe(key, expected, described);
  }

  /** The value of a parameter that must be a boolean. */
  public boolean bool(String key, Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    }
    throw mustBe(key, "a boolean", described(value));
  }

  /**
   * The number of classes of an output, by its parameter {@code classification}.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where it is not a number of classes
   */
  public int classes(Object value) {
    long classes = unsigned(CLASSIFICATION, value);
    if (classes == 0) {
      throw mustBe(CLASSIFICATION, "at least 1", "0");
    }
    return (int) Math.min(classes, Integer.MAX_VALUE);
  }

  /** The error for a part of the protocol that is not there. */
  public InferenceException unsupported(String what) {
    return new InferenceException(
        ErrorKind.UNSUPPORTED,
        "%s, in the request for model '%s', is not supported".formatted(what, model));
  }

  /** The error for a parameter of the wrong type. */
  public InferenceException mustBe(String key, String expected, String got) {
    return invalidArgument(
        "parameter '%s' in the request for model '%s' must be %s, got %s"
            .formatted(key, model, expected, got));
  }

  private void expectUnreserved(String key) {
    if (key.startsWith(RESERVED_PREFIX)) {
      throw invalidArgument(
          "parameter '%s' in the request for model '%s' begins with '%s', which is reserved"
              .formatted(key, model, RESERVED_PREFIX));
    }
  }

  private long unsigned(String key, Object value) {
    BigInteger number =
        switch (value) {
          case Integer integer -> BigInteger.valueOf(integer);
          case Long integer -> BigInteger.valueOf(integer);
          case BigInteger integer -> integer;
          default -> throw mustBe(key, "an unsigned integer", described(value));
        };
    if (number.signum() < 0 || number.compareTo(LARGEST) > 0) {
      throw mustBe(key, "an unsigned integer below 2^63", number.toString());
    }
    return number.longValue();
  }

  private static String described(Object value) {
    return switch (value) {
      case String _ -> "a string";
      case Boolean _ -> "a boolean";
      case Integer _, Long _, BigInteger _ -> "an integer";
      default -> "a number";
    };
  }
}
