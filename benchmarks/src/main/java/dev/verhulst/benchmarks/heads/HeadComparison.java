package dev.verhulst.benchmarks.heads;

import dev.verhulst.benchmarks.report.Machine;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Compares heads with their peers' and prints a table in Markdown. In every round each contender
 * has a new process; for every row the contenders take turns, short ones, since what else a machine
 * does changes within seconds.
 */
public final class HeadComparison {

  private HeadComparison() {}

  /** Its arguments are those of {@link HeadPlan}; an unknown one names them. */
  public static void main(String[] arguments) throws IOException {
    HeadPlan plan;
    try {
      plan = HeadPlan.of(arguments);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    HeadResults results = new HeadResults();
    for (int round = 0; round < plan.rounds(); round++) {
      System.err.printf("Round %d of %d ...%n", round + 1, plan.rounds());
      measure(plan, round, results);
    }
    String command = ("benchmarks/run-heads " + String.join(" ", arguments)).strip();
    System.out.println(Machine.describe(command, InstantSource.system()));
    System.out.println(results.table(plan));
    if (plan.contenders().contains(HeadContender.VERHULST)
        && plan.contenders().contains(HeadContender.ONNX_RUNTIME)) {
      System.out.println(results.verdict(plan));
    }
  }

  private static void measure(HeadPlan plan, int round, HeadResults results) throws IOException {
    List<HeadForkProcess> forks = new ArrayList<>();
    try {
      for (HeadContender contender : plan.contenders()) {
        forks.add(new HeadForkProcess(contender, plan));
      }
      // Who begins changes from round to round, and from turn to turn.
      Collections.rotate(forks, round);
      for (HeadShape shape : plan.shapes()) {
        takeTurns(plan.turns(), forks, shape, results);
        if (results.isClose(shape)) {
          takeTurns(plan.furtherTurns(), forks, shape, results);
        }
      }
    } finally {
      forks.forEach(HeadForkProcess::close);
    }
  }

  private static void takeTurns(
      int turns, List<HeadForkProcess> forks, HeadShape shape, HeadResults results)
      throws IOException {
    for (int turn = 0; turn < turns; turn++) {
      for (HeadForkProcess fork : forks) {
        results.add(shape, fork.contender(), fork.measure(shape));
      }
      Collections.rotate(forks, 1);
    }
  }
}
