package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed PTX assembles for every GPU that it is loaded on, and nothing of it spills
 * registers into memory. The assembler is the one inside JCuda; it needs neither a GPU nor a
 * driver.
 */
final class AssemblyTest {

  private static final Pattern PROPERTIES =
      Pattern.compile(
          "Function properties for (\\S+)\\s+ptxas[ .]+(\\d+) bytes stack frame, (\\d+) bytes spill stores,"
              + " (\\d+) bytes spill loads");

  /** The GPUs that the backend loads a target's text on. */
  static List<String> architectures(String target) {
    return target.equals("compute_75")
        ? List.of("sm_75")
        : List.of("sm_80", "sm_86", "sm_89", "sm_90");
  }

  static Stream<String> files() {
    return CommittedPtx.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void assemblesWithoutSpills(String file) {
    byte[] ptx = CommittedPtx.bytes(file);
    String target = file.substring(file.indexOf('.') + 1, file.lastIndexOf('.'));
    for (String architecture : architectures(target)) {
      PtxAssembler.Result result = PtxAssembler.assemble(ptx, architecture);
      assertThat(result.errors()).as("%s for %s", file, architecture).isEmpty();
      Matcher properties = PROPERTIES.matcher(result.information());
      int entries = 0;
      while (properties.find()) {
        assertThat(List.of(properties.group(2), properties.group(3), properties.group(4)))
            .as("%s for %s: bytes of stack and spills", properties.group(1), architecture)
            .containsOnly("0");
        entries++;
      }
      assertThat(entries).as("entries of %s", file).isPositive();
    }
  }

  @Test
  void saysWhatIsWrongWithATextThatDoesNotAssemble() {
    byte[] ptx = ".version 7.0\n.target sm_75\n.address_size 64\nnonsense\n".getBytes();
    assertThat(PtxAssembler.assemble(ptx, "sm_75").errors()).contains("Parsing error");
  }
}
