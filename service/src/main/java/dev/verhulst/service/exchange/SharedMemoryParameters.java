package dev.verhulst.service.exchange;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.SharedMemoryRange;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The parameters of a tensor that lies in shared memory. */
public final class SharedMemoryParameters {

  public static final String REGION = "shared_memory_region";
  public static final String BYTE_SIZE = "shared_memory_byte_size";
  public static final String OFFSET = "shared_memory_offset";

  private static final Set<String> NAMES = Set.of(REGION, BYTE_SIZE, OFFSET);

  private SharedMemoryParameters() {}

  /** Whether a parameter of a tensor is one of these. */
  public static boolean has(String parameter) {
    return NAMES.contains(parameter);
  }

  /**
   * Where a tensor lies; null where it does not lie in shared memory.
   *
   * @param parameters the tensor's parameters
   * @param described gives the tensor in the words of a message
   * @throws InferenceException of kind INVALID_ARGUMENT where one of them is missing or wrong
   */
  public static @Nullable SharedMemoryRange range(
      Map<String, Object> parameters, Supplier<String> described) {
    Object region = parameters.get(REGION);
    if (region == null) {
      for (String name : NAMES) {
        if (parameters.containsKey(name)) {
          throw invalidArgument("%s has '%s' but no '%s'".formatted(described.get(), name, REGION));
        }
      }
      return null;
    }
    if (!(region instanceof String name)) {
      throw invalidArgument("'%s' of %s must be a string".formatted(REGION, described.get()));
    }
    if (!parameters.containsKey(BYTE_SIZE)) {
      throw invalidArgument(
          "%s has '%s' but no '%s'".formatted(described.get(), REGION, BYTE_SIZE));
    }
    return new SharedMemoryRange(
        name,
        unsigned(OFFSET, parameters.getOrDefault(OFFSET, 0L), described),
        unsigned(BYTE_SIZE, parameters.get(BYTE_SIZE), described));
  }

  private static long unsigned(String name, @Nullable Object value, Supplier<String> described) {
    if ((value instanceof Long || value instanceof Integer) && ((Number) value).longValue() >= 0) {
      return ((Number) value).longValue();
    }
    throw invalidArgument(
        "'%s' of %s must be an unsigned integer below 2^63, got '%s'"
            .formatted(name, described.get(), value));
  }
}
