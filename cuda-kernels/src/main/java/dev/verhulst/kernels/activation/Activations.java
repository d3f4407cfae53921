package dev.verhulst.kernels.activation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The catalogue: every activation there is, read off the sealed hierarchy, so that there is no list
 * to forget.
 */
public final class Activations {

  private static final List<ActivationDescriptor> ALL =
      records(Activation.class)
          .map(Activations::descriptor)
          .sorted(Comparator.comparing(ActivationDescriptor::name))
          .toList();

  private static final Map<String, ActivationDescriptor> BY_NAME = byName();

  private Activations() {}

  /** Every activation, by name. */
  public static List<ActivationDescriptor> all() {
    return ALL;
  }

  /** The activation of that name or alias. */
  public static Optional<ActivationDescriptor> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  private static Map<String, ActivationDescriptor> byName() {
    Map<String, ActivationDescriptor> byName = new LinkedHashMap<>();
    for (ActivationDescriptor descriptor : ALL) {
      byName.put(descriptor.name(), descriptor);
      descriptor.aliases().forEach(alias -> byName.put(alias, descriptor));
    }
    return byName;
  }

  private static Stream<Class<?>> records(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(Activations::records)
        : Stream.of(type);
  }

  private static ActivationDescriptor descriptor(Class<?> record) {
    try {
      return (ActivationDescriptor) record.getDeclaredField("DESCRIPTOR").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this is a bug: " + record.getName() + " has no DESCRIPTOR", e);
    }
  }
}
