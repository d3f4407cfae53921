package dev.verhulst.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {

  @Test
  void padsItsColumns() {
    MarkdownTable table = new MarkdownTable("operation", "ns");
    table.row(List.of("sigmoid", "0.125"));

    assertThat(table.toString())
        .isEqualTo(
            """
            | operation | ns    |
            |-----------|-------|
            | sigmoid   | 0.125 |
            """);
  }

  @Test
  void refusesARowOfAnotherLength() {
    MarkdownTable table = new MarkdownTable("operation", "ns");

    assertThatThrownBy(() -> table.row(List.of("sigmoid")))
        .hasMessage("a row needs 2 cells, got [sigmoid]");
  }
}
