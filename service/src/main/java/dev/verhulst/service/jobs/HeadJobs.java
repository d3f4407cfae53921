package dev.verhulst.service.jobs;

import dev.verhulst.service.exchange.RequestMemory;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.memory.TensorMemory;
import dev.verhulst.service.model.InferenceRequest;
import java.time.Duration;

/** Everything that a protocol needs to take jobs on heads. */
public final class HeadJobs {

  private final Jobs jobs;
  private final FitRequests fits;
  private final CalibrationRequests calibrations;
  private final TensorMemory memory;
  private final Duration waitTimeout;

  HeadJobs(Jobs jobs, HeadFitting fitting, TensorMemory memory, Duration waitTimeout) {
    this.jobs = jobs;
    this.fits = new FitRequests(fitting);
    this.calibrations = new CalibrationRequests(fitting);
    this.memory = memory;
    this.waitTimeout = waitTimeout;
  }

  public Jobs jobs() {
    return jobs;
  }

  /** Memory for a job's request; the job gives it back when it has ended. */
  public RequestMemory memory() {
    return new RequestMemory(memory, waitTimeout);
  }

  /**
   * Checks a request for a job, its tensors' elements aside.
   *
   * @throws InferenceException of kind INVALID_ARGUMENT where it cannot be carried out
   */
  public PlannedJob plan(JobKind kind, String model, InferenceRequest request) {
    return switch (kind) {
      case FIT -> fits.plan(model, request);
      case CALIBRATE -> calibrations.plan(model, request);
    };
  }
}
