package dev.verhulst.heads.calibration;

/**
 * One point of a reliability diagram: the examples whose probability lies in an interval.
 *
 * @param from the interval's lower end
 * @param to its upper end
 * @param count how many examples there are in it
 * @param meanProbability the mean of their probabilities; NaN where there are none
 * @param observedFrequency the share of them whose label is 1; NaN where there are none
 */
public record ReliabilityBin(
    double from, double to, long count, double meanProbability, double observedFrequency) {}
