package dev.verhulst.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BytecodeLevelTest {

  private static final int JAVA_17 = 61;

  @Test
  void everyClassRunsOnJava17() throws IOException, URISyntaxException {
    Path classes =
        Path.of(VerhulstClient.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<Path> compiled = files.filter(file -> file.toString().endsWith(".class")).toList();
      assertThat(compiled).hasSizeGreaterThan(40);
      for (Path file : compiled) {
        try (DataInputStream input = new DataInputStream(Files.newInputStream(file))) {
          assertThat(input.readInt()).isEqualTo(0xCAFEBABE);
          input.readUnsignedShort();
          assertThat(input.readUnsignedShort()).as(file.toString()).isEqualTo(JAVA_17);
        }
      }
    }
  }
}
