package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.heads.training.HeadFit;
import org.jspecify.annotations.Nullable;

/**
 * What a job has made.
 *
 * @param version the number of the model's new version
 * @param served whether the model's version policy has that version served
 * @param fit what training found; null where nothing was trained
 * @param calibration what calibration found; null where nothing was calibrated
 */
public record JobResult(
    long version, boolean served, @Nullable HeadFit fit, @Nullable HeadCalibration calibration) {}
