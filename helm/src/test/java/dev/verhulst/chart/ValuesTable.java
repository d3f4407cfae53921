package dev.verhulst.chart;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The table of a chart's values, from the comments in its values.yaml that begin with "--". */
final class ValuesTable {

  private static final String MARK = "-- ";

  private final List<String> rows = new ArrayList<>();
  private final List<String> undescribed = new ArrayList<>();

  ValuesTable(String values) {
    LoaderOptions options = new LoaderOptions();
    options.setProcessComments(true);
    Node root = new Yaml(options).compose(new StringReader(values));
    addAll((MappingNode) root, "");
  }

  /** The table, in Markdown. */
  String markdown() {
    return "| value | default | what it does |\n|---|---|---|\n" + String.join("\n", rows);
  }

  /** The values that have no description. */
  List<String> undescribed() {
    return undescribed;
  }

  private void addAll(MappingNode mapping, String prefix) {
    for (NodeTuple entry : mapping.getValue()) {
      String name = prefix + ((ScalarNode) entry.getKeyNode()).getValue();
      Optional<String> description = description(entry.getKeyNode());
      if (description.isPresent()) {
        rows.add(
            "| `%s` | `%s` | %s |"
                .formatted(
                    name, json(entry.getValueNode()), description.get().replace("|", "\\|")));
      } else if (entry.getValueNode() instanceof MappingNode inner && !inner.getValue().isEmpty()) {
        addAll(inner, name + ".");
      } else {
        undescribed.add(name);
      }
    }
  }

  private static Optional<String> description(Node key) {
    if (key.getBlockComments() == null) {
      return Optional.empty();
    }
    String text =
        key.getBlockComments().stream()
            .map(CommentLine::getValue)
            .map(String::strip)
            .collect(Collectors.joining(" "));
    int start = text.indexOf(MARK);
    return start < 0 ? Optional.empty() : Optional.of(text.substring(start + MARK.length()));
  }

  private static String json(Node value) {
    try {
      return new ObjectMapper().writeValueAsString(new Constructor().construct(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Makes objects of nodes. */
  private static final class Constructor extends SafeConstructor {

    Constructor() {
      super(new LoaderOptions());
    }

    Object construct(Node node) {
      return constructDocument(node);
    }
  }
}
