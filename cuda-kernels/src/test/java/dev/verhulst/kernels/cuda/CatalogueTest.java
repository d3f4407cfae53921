package dev.verhulst.kernels.cuda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.activation.Activation;
import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.kernels.activation.ElementwiseActivation;
import dev.verhulst.kernels.activation.Parameter;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import dev.verhulst.kernels.reference.ReferenceValue;
import dev.verhulst.kernels.reference.ReferenceValues;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The three places of an activation agree: its record in the sealed hierarchy, its line in {@code
 * activations.cuh} (as the kernels in the PTX), and its rows in the table of reference values. What
 * fails says what is missing where; docs/adding-an-activation.md shows the way.
 */
final class CatalogueTest {

  private static final List<String> TARGETS = List.of("compute_75", "compute_80");
  private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(([^)]*)\\)");
  private static final Pattern PARAMETER = Pattern.compile("\\.param");

  private static final Pattern ROW = Pattern.compile("^\\| `");
  private static final String TABLE_START = "<!-- activations -->";
  private static final String TABLE_END = "<!-- end of activations -->";

  static List<String> activations() {
    return Activations.all().stream().map(ActivationDescriptor::name).toList();
  }

  @ParameterizedTest
  @MethodSource("activations")
  void everyRecordHasReferenceRows(String name) {
    List<ReferenceValue> rows =
        Stream.concat(
                ReferenceValues.of(name).stream(),
                ReferenceValues.softmaxRows().stream()
                    .flatMap(List::stream)
                    .filter(row -> row.function().equals(name)))
            .toList();
    assertThat(rows)
        .as(
            "reference-values.csv has no rows for '%s', which has a record; write its formula in"
                + " reference_values.py and run `reference_values.py --add %s`",
            name, name)
        .isNotEmpty();
    for (Activation choice : choices(name)) {
      assertThat(rows.stream().map(ReferenceValue::activation))
          .as(
              "reference-values.csv has no rows for %s; run `reference_values.py --add %s"
                  + " parameters`",
              choice, name)
          .anyMatch(activation -> sameChoice(activation, choice));
    }
  }

  @ParameterizedTest
  @MethodSource("activations")
  void everyRecordHasItsKernels(String name) {
    List<String> missing = new ArrayList<>();
    for (String target : TARGETS) {
      Map<String, Integer> entries = entries(name, target);
      for (Activation choice : choices(name)) {
        KernelSignature signature = KernelSignature.of(choice);
        for (Pass pass : Pass.values()) {
          for (DataType dataType : DataType.values()) {
            String entry = signature.entry(pass, dataType);
            // x, out and n; grad_y; and the numbers.
            int parameters = 3 + (pass.readsGradY() ? 1 : 0) + signature.numbers().size();
            if (!entries.containsKey(entry)) {
              missing.add(entry + " in " + target);
            } else if (choice instanceof ElementwiseActivation
                && entries.get(entry) != parameters) {
              missing.add(
                  entry + " with " + (parameters - entries.get(entry)) + " more parameters");
            }
          }
        }
        if (choice instanceof ElementwiseActivation) {
          Set<String> mapped = entries(signature.mappedModule(), target).keySet();
          Stream.of(DataType.values())
              .map(signature::mappedEntry)
              .filter(entry -> !mapped.contains(entry))
              .forEach(entry -> missing.add(entry + " in " + target));
        }
      }
    }
    assertThat(missing)
        .as(
            "the PTX lacks kernels of '%s', which has a record; write its line in activations.cuh,"
                + " its parameters in the order of the record's components, and run make-ptx",
            name)
        .isEmpty();
  }

  @Test
  void everyReferenceRowBelongsToARecord() {
    Set<String> unknown = new LinkedHashSet<>(ReferenceValues.rowCounts().keySet());
    activations().forEach(unknown::remove);
    unknown.remove(BinaryCrossEntropyWithLogits.NAME);
    assertThat(unknown)
        .as(
            "reference-values.csv has rows for functions without a record; write the record, and"
                + " permit it in Activation or ElementwiseActivation")
        .isEmpty();
  }

  @Test
  void everyModuleOfThePtxBelongsToARecord() {
    Set<String> unknown = new LinkedHashSet<>();
    Matcher modules =
        Pattern.compile("ptx \\w+ (\\w+)\\.compute_\\d+\\.ptx").matcher(read("ptx/manifest.txt"));
    modules.results().map(module -> module.group(1)).forEach(unknown::add);
    assertThat(unknown).as("modules in the manifest of the PTX").isNotEmpty();
    for (String name : activations()) {
      unknown.remove(name);
      unknown.remove(KernelSignature.of(choices(name).getFirst()).mappedModule());
    }
    unknown.remove(BinaryCrossEntropyWithLogits.NAME);
    // Those of heads, which are no activations.
    unknown.removeAll(Set.of("head_product", "head_epilogue"));
    assertThat(unknown)
        .as(
            "the PTX has kernels for functions without a record; write the record, and permit it"
                + " in Activation or ElementwiseActivation")
        .isEmpty();
  }

  @Test
  void readmesTableHasEveryRecord() throws IOException {
    Path readme = Path.of("..", "README.md");
    assumeTrue(Files.exists(readme), "there is no README.md whose table could be compared");
    String text = Files.readString(readme);
    int start = text.indexOf(TABLE_START);
    int end = text.indexOf(TABLE_END);
    assertThat(start >= 0 && end > start)
        .as("README.md has its table of activations between %s and %s", TABLE_START, TABLE_END)
        .isTrue();
    List<String> rows = text.substring(start, end).lines().filter(ROW.asPredicate()).toList();
    List<String> missing = new ArrayList<>();
    for (ActivationDescriptor descriptor : Activations.all()) {
      if (rows.stream().noneMatch(row -> describes(row, descriptor))) {
        missing.add(descriptor.name());
      }
    }
    assertThat(missing)
        .as(
            "README.md's table lacks a row for these, or the row lacks an alias or a parameter:"
                + " `| `name` | ... | `parameter` |`")
        .isEmpty();
    assertThat(rows)
        .as("README.md's table has one row for each activation, and no other")
        .hasSameSizeAs(activations());
  }

  private static boolean describes(String row, ActivationDescriptor descriptor) {
    return row.startsWith("| `" + descriptor.name() + "`")
        && Stream.concat(
                descriptor.aliases().stream(),
                descriptor.parameters().stream().map(Parameter::name))
            .allMatch(name -> row.contains("`" + name + "`"));
  }

  /** The activation with its default parameters, and once for each choice among its functions. */
  private static List<Activation> choices(String name) {
    ActivationDescriptor descriptor = Activations.find(name).orElseThrow();
    Activation plain = descriptor.create(Map.of());
    List<Activation> choices = new ArrayList<>(List.of(plain));
    for (RecordComponent component : plain.getClass().getRecordComponents()) {
      if (component.getType().isEnum()) {
        choices.clear();
        for (Object constant : component.getType().getEnumConstants()) {
          String value = constant.toString().toLowerCase(Locale.ROOT);
          choices.add(descriptor.create(Map.of(component.getName(), value)));
        }
      }
    }
    return choices;
  }

  private static boolean sameChoice(Activation one, Activation other) {
    return KernelSignature.of(one).function().equals(KernelSignature.of(other).function());
  }

  /** The kernels in a module, with the number of parameters of each. */
  private static Map<String, Integer> entries(String module, String target) {
    String ptx = read("ptx/" + module + "." + target + ".ptx");
    return ENTRY
        .matcher(ptx)
        .results()
        .collect(Collectors.toMap(entry -> entry.group(1), CatalogueTest::parameterCount));
  }

  private static int parameterCount(MatchResult entry) {
    return (int) PARAMETER.matcher(entry.group(2)).results().count();
  }

  /** The resource's text, empty where there is none. */
  private static String read(String resource) {
    try (InputStream stream = CudaDevice.class.getResourceAsStream(resource)) {
      return stream == null ? "" : new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
