package dev.verhulst.client.jobs;

import java.util.Optional;

/**
 * How a job stands at a moment.
 *
 * @param id the job's name
 * @param kind what it does: {@code fit} or {@code calibrate}
 * @param model the model that it makes a version of
 * @param progress its training's last iteration; empty before the first, and without training
 * @param result what it has made; empty where it has not succeeded
 * @param error why it has not; empty where it has, or may yet
 */
public record JobStatus(
    String id,
    String kind,
    String model,
    JobState state,
    Optional<JobProgress> progress,
    Optional<JobResult> result,
    Optional<String> error) {}
