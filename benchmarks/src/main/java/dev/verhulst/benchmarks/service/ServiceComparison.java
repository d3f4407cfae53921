package dev.verhulst.benchmarks.service;

import dev.verhulst.benchmarks.report.Machine;
import dev.verhulst.benchmarks.service.ServicePlan.Row;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/**
 * Compares the service with the {@link RawServer} and prints a table in Markdown. Both run all the
 * time and take turns under the same load, so that a noisy moment of the machine hits both alike.
 */
public final class ServiceComparison {

  private final ServicePlan plan;
  private final ServerProcess service;
  private final ServerProcess raw;
  private final AllocatedBytes serviceAllocations;
  private final AllocatedBytes rawAllocations;

  private ServiceComparison(ServicePlan plan, ServerProcess service, ServerProcess raw)
      throws IOException {
    this.plan = plan;
    this.service = service;
    this.raw = raw;
    serviceAllocations = new AllocatedBytes(service.processId());
    rawAllocations = new AllocatedBytes(raw.processId());
  }

  /** Its arguments are those of {@link ServicePlan}; an unknown one names them. */
  public static void main(String[] arguments) throws Exception {
    ServicePlan plan;
    try {
      plan = ServicePlan.of(arguments);
    } catch (IllegalArgumentException failure) {
      System.err.println(failure.getMessage());
      System.exit(2);
      return;
    }
    try (ServerProcess service = ServerProcess.service(List.of());
        ServerProcess raw = ServerProcess.raw()) {
      service.awaitReady();
      raw.awaitReady();
      ServiceResults results = new ServiceComparison(plan, service, raw).run();
      String command = ("benchmarks/run-service " + String.join(" ", arguments)).strip();
      System.out.println(Machine.describe(command, InstantSource.system()));
      System.out.println(results.table());
      System.out.println(results.verdict());
    }
  }

  private ServiceResults run() throws IOException, InterruptedException {
    ServiceResults results = new ServiceResults();
    warmUp(plan.rows().getFirst());
    for (Row row : plan.rows()) {
      System.err.printf("%d bytes, %d connection(s) ...%n", row.tensorBytes(), row.connections());
      ServerResults ofService = new ServerResults();
      ServerResults ofRaw = new ServerResults();
      try (LoadGenerator toService = generator(service, row);
          LoadGenerator toRaw = generator(raw, row)) {
        toService.run(plan.window());
        toRaw.run(plan.window());
        for (int round = 0; round < plan.rounds(); round++) {
          turn(toService, serviceAllocations, ofService);
          turn(toRaw, rawAllocations, ofRaw);
        }
      }
      results.add(row, ofService, ofRaw);
    }
    return results;
  }

  private void turn(LoadGenerator generator, AllocatedBytes allocations, ServerResults results)
      throws IOException {
    allocations.sinceLast();
    Load load = generator.run(plan.window());
    results.add(load, allocations.sinceLast());
  }

  private void warmUp(Row row) throws IOException, InterruptedException {
    System.err.printf("Warming up for %d s ...%n", 2 * plan.warmUp().toSeconds());
    for (ServerProcess server : List.of(service, raw)) {
      try (LoadGenerator generator = generator(server, row)) {
        generator.run(plan.warmUp());
      }
    }
    service.awaitWarm();
  }

  private static LoadGenerator generator(ServerProcess server, Row row) throws IOException {
    return new LoadGenerator(server.port(), row.tensorBytes(), row.connections());
  }
}
