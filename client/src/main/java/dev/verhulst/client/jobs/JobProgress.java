package dev.verhulst.client.jobs;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a training is.
 *
 * @param label the index of the label that is being fitted
 * @param labels how many labels there are
 * @param iteration how many iterations of this label have ended
 * @param loss the objective, the penalty included
 * @param gradientNorm what has to come below the tolerance
 * @param tolerance the tolerance
 * @param share about how much is done, from 0 to 1
 * @param timeLeft about how long it will run on; empty where the server cannot tell
 */
public record JobProgress(
    int label,
    int labels,
    int iteration,
    double loss,
    double gradientNorm,
    double tolerance,
    double share,
    Optional<Duration> timeLeft) {}
