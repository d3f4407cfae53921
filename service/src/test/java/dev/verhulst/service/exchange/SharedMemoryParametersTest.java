package dev.verhulst.service.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.model.SharedMemoryRange;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SharedMemoryParametersTest {

  @Test
  void aTensorThatNamesNoRegionLiesInNone() {
    assertThat(SharedMemoryParameters.range(Map.of("other", 1), () -> "x")).isNull();
  }

  @Test
  void theOffsetMayBeLeftOut() {
    assertThat(
            SharedMemoryParameters.range(
                Map.of("shared_memory_region", "r", "shared_memory_byte_size", 8), () -> "x"))
        .isEqualTo(new SharedMemoryRange("r", 0, 8));
    assertThat(
            SharedMemoryParameters.range(
                Map.of(
                    "shared_memory_region", "r",
                    "shared_memory_byte_size", 8L,
                    "shared_memory_offset", 3_000_000_000L),
                () -> "x"))
        .isEqualTo(new SharedMemoryRange("r", 3_000_000_000L, 8));
  }

  @Test
  void whatIsMissingOrWrongIsSaid() {
    refused(
        "input 'x' has 'shared_memory_offset' but no 'shared_memory_region'",
        Map.of("shared_memory_offset", 4));
    refused(
        "input 'x' has 'shared_memory_region' but no 'shared_memory_byte_size'",
        Map.of("shared_memory_region", "r"));
    refused(
        "'shared_memory_region' of input 'x' must be a string",
        Map.of("shared_memory_region", 7, "shared_memory_byte_size", 8));
    for (Object size : new Object[] {-1, "8", 8.0, BigInteger.TWO.pow(63)}) {
      refused(
          "'shared_memory_byte_size' of input 'x' must be an unsigned integer below 2^63, got '%s'"
              .formatted(size),
          Map.of("shared_memory_region", "r", "shared_memory_byte_size", size));
    }
  }

  private static void refused(String message, Map<String, Object> parameters) {
    assertThatThrownBy(() -> SharedMemoryParameters.range(parameters, () -> "input 'x'"))
        .isInstanceOf(InferenceException.class)
        .hasMessage(message);
  }
}
