package dev.verhulst.benchmarks.gpu;

import dev.verhulst.benchmarks.gpu.KernelTimes.Direction;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.loss.BinaryCrossEntropyWithLogits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The kernels beside PyTorch's, eager and compiled, over tensors of the same size on the same GPU
 * in the same session, where there is a Python with PyTorch.
 */
final class PyTorchStep extends Step {

  private static final String LOSS = BinaryCrossEntropyWithLogits.NAME;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final RigFiles files;
  private final VerifyPlan plan;
  private final KernelTimes times;

  PyTorchStep(RigFiles files, VerifyPlan plan, KernelTimes times) {
    super("PyTorch");
    this.files = files;
    this.plan = plan;
    this.times = times;
  }

  @Override
  Outcome run(Deadline deadline) throws Exception {
    Duration limit = deadline.left();
    Child.Result result;
    try {
      result =
          Child.run(
              List.of(
                  "python3",
                  files.pyTorchScript().toString(),
                  "--bytes",
                  Long.toString(plan.kernelBytes()),
                  "--measurements",
                  Integer.toString(plan.measurements()),
                  "--seconds",
                  Long.toString(Math.max(1, limit.toSeconds() - 5))),
              limit);
    } catch (IOException e) {
      return Outcome.of(Verdict.ABSENT, "this machine has no python3");
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    String end = "the script did not end well: " + result.lastLine();
    boolean complete = false;
    boolean absent = false;
    Ratios ratios = new Ratios();
    for (String line : result.output().lines().filter(each -> each.startsWith("{")).toList()) {
      JsonNode node = JSON.readTree(line);
      if (node.has("end")) {
        end = node.get("end").asString();
        complete = node.path("complete").asBoolean(false);
        absent = node.path("absent").asBoolean(false);
      } else {
        rows.add(row(node, ratios));
      }
    }
    if (absent) {
      return Outcome.of(Verdict.ABSENT, end);
    }
    if (rows.isEmpty()) {
      return Outcome.of(Verdict.FAILED, end);
    }
    return new Outcome(Verdict.ofComplete(complete), ratios.summary() + "; " + end, rows);
  }

  private Map<String, Object> row(JsonNode node, Ratios ratios) {
    String function = node.get("function").asString();
    DataType dataType = DataType.valueOf(node.get("type").asString());
    Direction direction =
        Direction.valueOf(node.get("direction").asString().toUpperCase(Locale.ROOT));
    String mode = node.get("mode").asString();
    double theirs = node.get("microseconds").asDouble();
    OptionalDouble ours = times.find(function, dataType, direction);
    Map<String, Object> row =
        Rows.of(
            "function", function,
            "type", dataType.name(),
            "direction", direction.text(),
            "mode", mode,
            "microseconds", theirs);
    if (ours.isPresent()) {
      double ratio = theirs / ours.getAsDouble();
      row.put("timesOurs", Rows.rounded(ratio));
      ratios.add(function + " " + direction.text() + " " + dataType + " " + mode, ratio);
    }
    return row;
  }

  /** How many times as long PyTorch took. */
  private static final class Ratios {

    private int all;
    private int slower;
    private double least = Double.POSITIVE_INFINITY;
    private String leastName = "";
    private double ofLoss = Double.NaN;

    void add(String name, double ratio) {
      all++;
      slower += ratio < 1 ? 1 : 0;
      if (ratio < least) {
        least = ratio;
        leastName = name;
      }
      if (name.equals(LOSS + " backward FP32 eager")) {
        ofLoss = ratio;
      }
    }

    String summary() {
      return all == 0
          ? "nothing to compare with"
          : String.format(
              Locale.ROOT,
              "slower than PyTorch in %d of %d, at worst %.2f of its speed (%s); BCE with gradient"
                  + " in FP32 %.2f times as fast as eager",
              slower,
              all,
              least,
              leastName,
              ofLoss);
    }
  }
}
