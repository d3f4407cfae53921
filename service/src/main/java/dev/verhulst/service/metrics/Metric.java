package dev.verhulst.service.metrics;

/**
 * Every metric of the service's own, by the name under which it is exposed. Those that begin with
 * {@code nv_} are exactly those that dashboards of this protocol's servers know; what a histogram
 * adds to its name (e.g. {@code _bucket}) is not part of it.
 */
public enum Metric {
  REQUEST_SUCCESS(
      "nv_inference_request_success", "Number of successful inference requests, all batch sizes"),
  REQUEST_FAILURE(
      "nv_inference_request_failure", "Number of failed inference requests, all batch sizes"),
  INFERENCE_COUNT(
      "nv_inference_count", "Number of inferences performed (does not include cached requests)"),
  EXECUTION_COUNT(
      "nv_inference_exec_count",
      "Number of model executions performed (does not include cached requests)"),
  REQUEST_MICROS(
      "nv_inference_request_duration_us",
      "Cumulative inference request duration in microseconds (includes cached requests)"),
  QUEUE_MICROS(
      "nv_inference_queue_duration_us",
      "Cumulative inference queuing duration in microseconds (includes cached requests)"),
  COMPUTE_INPUT_MICROS(
      "nv_inference_compute_input_duration_us",
      "Cumulative compute input duration in microseconds (does not include cached requests)"),
  COMPUTE_INFER_MICROS(
      "nv_inference_compute_infer_duration_us",
      "Cumulative compute inference duration in microseconds (does not include cached requests)"),
  COMPUTE_OUTPUT_MICROS(
      "nv_inference_compute_output_duration_us",
      "Cumulative inference compute output duration in microseconds (does not include cached"
          + " requests)"),
  PENDING_REQUESTS(
      "nv_inference_pending_request_count",
      "Instantaneous number of pending requests awaiting execution per-model"),

  REJECTIONS("verhulst_rejections", "Requests turned away that were not wrong, by reason"),
  REFUSED_REQUESTS(
      "verhulst_refused_requests",
      "Requests turned away that no model counts, by protocol and reason"),
  REQUEST_DURATION(
      "verhulst_request_duration_seconds",
      "From a request's first byte to its answer's last, successful requests"),
  QUEUE_DURATION(
      "verhulst_queue_duration_seconds", "How long successful requests waited for the device"),
  PHASE_DURATION(
      "verhulst_phase_duration_seconds",
      "How long successful requests spent in each phase: compute_input, queue, compute_infer,"
          + " compute_output"),
  EXECUTION_REQUESTS("verhulst_execution_requests", "How many requests shared an execution"),
  EXECUTION_BATCH_SIZE(
      "verhulst_execution_batch_size", "How many batch items an execution computed"),

  MEMORY_LEASED("verhulst_memory_leased_bytes", "Tensor memory that requests hold"),
  MEMORY_ALLOCATED(
      "verhulst_memory_allocated_bytes", "Tensor memory that is allocated, lent or idle"),
  MEMORY_BUDGET("verhulst_memory_budget_bytes", "Tensor memory that may be allocated"),
  MEMORY_LEASES("verhulst_memory_leases", "Leases of tensor memory that are open"),
  MEMORY_WAITING("verhulst_memory_waiting", "Requests that wait for tensor memory"),
  DEVICE_INFO("verhulst_device_info", "The device that the server computes on"),
  DEVICE_DEGRADED(
      "verhulst_device_degraded",
      "1 where a GPU is lost or left out and others or the CPU stand in"),
  DEVICE_GPU_USABLE(
      "verhulst_device_gpu_usable", "1 where the GPU takes work, 0 while it is lost or left out"),
  DEVICE_GPU_IN_FLIGHT(
      "verhulst_device_gpu_in_flight_bytes", "Input that the GPU computes on at present"),
  DEVICE_GPU_LOSSES("verhulst_device_gpu_losses", "How often the GPU was lost to an error"),
  DEVICE_GPU_PROBES(
      "verhulst_device_gpu_probes", "How often a GPU was tried again, in vain or not"),
  WARM_UP_REMAINING("verhulst_warmup_remaining", "Kernels that have not run until they were fast"),
  READY("verhulst_ready", "1 where the server takes requests"),

  JOBS_QUEUED("verhulst_jobs_queued", "Jobs that wait for the one that runs"),
  JOBS_RUNNING("verhulst_jobs_running", "Jobs that run"),
  JOBS_ENDED("verhulst_jobs_ended_total", "Jobs that have ended, by state"),

  GPU_UTILIZATION("nv_gpu_utilization", "GPU utilization rate [0.0 - 1.0)"),
  GPU_MEMORY_TOTAL("nv_gpu_memory_total_bytes", "GPU total memory, in bytes"),
  GPU_MEMORY_USED("nv_gpu_memory_used_bytes", "GPU used memory, in bytes"),
  GPU_POWER_USAGE("nv_gpu_power_usage", "GPU power usage in watts"),
  GPU_POWER_LIMIT("nv_gpu_power_limit", "GPU power management limit in watts"),
  GPU_ENERGY("nv_energy_consumption", "GPU energy consumption in joules since the server started"),
  CPU_UTILIZATION("nv_cpu_utilization", "CPU utilization rate [0.0 - 1.0]"),
  CPU_MEMORY_TOTAL("nv_cpu_memory_total_bytes", "CPU total memory (RAM), in bytes"),
  CPU_MEMORY_USED("nv_cpu_memory_used_bytes", "CPU used memory (RAM), in bytes");

  private final String exposed;
  private final String help;

  Metric(String exposed, String help) {
    this.exposed = exposed;
    this.help = help;
  }

  /** The name in an answer of {@code /metrics}. */
  public String exposed() {
    return exposed;
  }

  /** What it counts or measures, in a sentence. */
  public String help() {
    return help;
  }
}
