package dev.verhulst.client.jobs;

import java.util.List;

/**
 * What a job has made.
 *
 * @param modelVersion the number of the model's new version
 * @param served whether the model's version policy has that version served
 * @param converged whether every label's fit has converged; true where nothing was fitted
 * @param warnings what the caller should know: constant features, separated labels, ...
 */
public record JobResult(
    String modelVersion, boolean served, boolean converged, List<String> warnings) {

  public JobResult {
    warnings = List.copyOf(warnings);
  }
}
