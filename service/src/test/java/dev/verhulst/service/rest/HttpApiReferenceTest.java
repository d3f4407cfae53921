package dev.verhulst.service.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/http-api.md} says what the OpenAPI document says. */
class HttpApiReferenceTest {

  private static final Path PAGE = Path.of("..", "docs", "http-api.md");
  private static final String WRITE = "verhulst.docs.write";

  @Test
  void isUpToDate() throws IOException {
    String reference = HttpApiReference.of(OpenApiDocument.ofServer());
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, reference);
    }
    assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
        .as(
            "docs/http-api.md is out of date: regenerate it with"
                + " mvn -pl service -am test -Dtest=HttpApiReferenceTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -D%s=true",
            WRITE)
        .isEqualTo(reference);
  }
}
