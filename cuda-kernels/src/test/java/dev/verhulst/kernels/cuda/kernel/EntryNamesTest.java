package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Gelu;
import dev.verhulst.kernels.cuda.ptx.PtxKernel;
import dev.verhulst.kernels.cuda.ptx.PtxModule;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The PTX has exactly the modules, the entries and the parameters that the catalogue of activations
 * asks for: an activation that lacks a line of CUDA, or a line that lacks its record, fails here.
 */
final class EntryNamesTest {

  private static final List<String> PASSES = List.of("forward", "derivative", "backward");
  private static final String POINTER = "U64";
  private static final String COUNT = "U64";

  static Stream<String> targets() {
    return CommittedPtx.TARGETS.stream();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyEntryHasItsPlaceAndItsParameters(String target) {
    SortedMap<String, String> committed = new TreeMap<>();
    for (String name : CommittedPtx.modules()) {
      PtxModule module = CommittedPtx.module(name, target);
      for (PtxKernel kernel : module.kernels().values()) {
        committed.put(name + ": " + kernel.name(), parameterTypes(kernel));
      }
    }
    assertThat(committed).isEqualTo(expected());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyTextIsLoadableByOldDrivers(String target) {
    for (String name : CommittedPtx.modules()) {
      PtxModule module = CommittedPtx.module(name, target);
      assertThat(module.version()).as(name).isEqualTo("7.0");
      assertThat(module.target()).as(name).isEqualTo(target.replace("compute", "sm"));
      assertThat(CommittedPtx.text(name, target)).as(name).endsWith("}\n");
    }
  }

  private static String parameterTypes(PtxKernel kernel) {
    return String.join(" ", kernel.parameterTypes());
  }

  private static SortedMap<String, String> expected() {
    SortedMap<String, String> expected = new TreeMap<>();
    for (NumberFormat format : NumberFormat.values()) {
      String number = format == NumberFormat.FP64 ? "F64" : "F32";
      for (ActivationDescriptor activation : Activations.all()) {
        for (String function : functions(activation)) {
          for (String pass : PASSES) {
            expected.put(
                activation.name() + ": " + function + "_" + pass + "_" + format.entryPart(),
                types(activation, pass, number));
          }
          if (activation.create(Map.of()) instanceof ElementwiseActivation) {
            expected.put(
                activation.name() + "_mapped: " + function + "_mapped_" + format.entryPart(),
                String.join(" ", mappedTypes(activation, number)));
          }
        }
      }
      if (format == NumberFormat.FP32 || format == NumberFormat.FP64) {
        for (String head : List.of("head_product", "head_epilogue")) {
          int parameters = head.equals("head_product") ? 6 : 8;
          expected.put(
              head + ": " + head + "_" + format.entryPart(),
              String.join(" ", Collections.nCopies(parameters, POINTER)));
        }
      }
      String loss = BinaryCrossEntropyWithLogits.NAME;
      expected.put(
          loss + ": " + loss + "_" + format.entryPart(), (POINTER + " ").repeat(9) + number);
      expected.put(
          loss + ": " + loss + "_reduce_" + format.entryPart(),
          String.join(" ", POINTER, COUNT, POINTER, "F64"));
    }
    return expected;
  }

  /** The functions of an activation's module: one more for every choice beside the first. */
  private static List<String> functions(ActivationDescriptor activation) {
    return activation.create(Map.of()) instanceof Gelu
        ? Arrays.stream(Gelu.Approximation.values())
            .map(
                each ->
                    each.ordinal() == 0 ? "gelu" : "gelu_" + each.name().toLowerCase(Locale.ROOT))
            .toList()
        : List.of(activation.name());
  }

  private static String types(ActivationDescriptor activation, String pass, String number) {
    boolean elementwise = activation.create(Map.of()) instanceof ElementwiseActivation;
    List<String> types = new ArrayList<>(List.of(POINTER, POINTER, COUNT));
    if (pass.equals("backward")) {
      types.add(POINTER);
    }
    if (activation.name().equals("prelu")) {
      types.add(POINTER);
    }
    if (!elementwise) {
      types.add(COUNT);
    }
    types.addAll(numbers(activation, number));
    return String.join(" ", types);
  }

  private static List<String> mappedTypes(ActivationDescriptor activation, String number) {
    List<String> types = new ArrayList<>(List.of(POINTER, COUNT));
    types.addAll(numbers(activation, number));
    return types;
  }

  private static List<String> numbers(ActivationDescriptor activation, String number) {
    return activation.parameters().stream()
        .filter(parameter -> !(parameter.defaultValue() instanceof String))
        .map(parameter -> number)
        .toList();
  }
}
