package dev.verhulst.benchmarks.gpu;

import dev.verhulst.kernels.cuda.GpuUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A step that uses the GPU in this process. */
abstract class GpuStep extends Step {

  final GpuUnderTest gpu;
  final VerifyPlan plan;

  /** What it has found so far, for the record. */
  final List<Map<String, Object>> rows = new ArrayList<>();

  GpuStep(String name, GpuUnderTest gpu, VerifyPlan plan) {
    super(name);
    this.gpu = gpu;
    this.plan = plan;
  }
}
