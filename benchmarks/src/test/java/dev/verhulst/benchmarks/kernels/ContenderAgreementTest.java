package dev.verhulst.benchmarks.kernels;

import dev.verhulst.benchmarks.contender.Contender;
import dev.verhulst.benchmarks.contender.Operands;
import dev.verhulst.benchmarks.contender.Operation;
import dev.verhulst.benchmarks.contender.PreparedOperation;
import dev.verhulst.benchmarks.contender.ResultCheck;
import dev.verhulst.kernels.DataType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every contender computes what is asked, at a size with tails, twice on the same operands. */
class ContenderAgreementTest {

  private static final long ELEMENTS = 40_003;

  @TestFactory
  List<DynamicTest> everyContenderComputesEveryOperationItSupports() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ContenderKind kind : ContenderKind.values()) {
      for (Operation operation : Operation.values()) {
        for (DataType dataType : DataType.values()) {
          if (kind.supports(operation, dataType)) {
            tests.add(
                DynamicTest.dynamicTest(
                    kind.label() + " " + operation.label() + " " + dataType,
                    () -> computes(kind, operation, dataType)));
          }
        }
      }
    }
    return tests;
  }

  private static void computes(ContenderKind kind, Operation operation, DataType dataType)
      throws Throwable {
    try (Contender contender = kind.open(2);
        Operands operands = new Operands(operation, dataType, ELEMENTS);
        PreparedOperation prepared = contender.prepare(operation, operands)) {
      prepared.run();
      new ResultCheck(operation, operands).run();
      if (!operation.isInPlace()) {
        prepared.run();
        new ResultCheck(operation, operands).run();
      }
    }
  }
}
