package dev.verhulst.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** A table in Markdown, its columns padded so that it reads well in a terminal too. */
public final class MarkdownTable {

  private final List<List<String>> rows = new ArrayList<>();

  public MarkdownTable(String... headings) {
    rows.add(List.of(headings));
  }

  /**
   * Adds a row.
   *
   * @param cells one for each heading
   */
  public void row(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row needs " + rows.getFirst().size() + " cells, got " + cells);
    }
    rows.add(List.copyOf(cells));
  }

  @Override
  public String toString() {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < rows.getFirst().size(); column++) {
      int index = column;
      widths.add(rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(line(row, widths, " "));
      if (lines.size() == 1) {
        lines.add(line(widths.stream().map("-"::repeat).toList(), widths, "-").replace('+', '|'));
      }
    }
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String line(List<String> cells, List<Integer> widths, String filler) {
    StringBuilder line = new StringBuilder("|");
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding =
          String.join("", Collections.nCopies(widths.get(column) - cell.length(), filler));
      line.append(filler).append(cell).append(padding).append(filler).append('|');
    }
    return line.toString();
  }
}
