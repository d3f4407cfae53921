package dev.verhulst.client.metadata;

/**
 * The executions of batches of one size.
 *
 * @param batchSize the size
 * @param computeInput the preparation of inputs
 * @param computeInfer the computation
 * @param computeOutput the preparation of outputs
 */
public record BatchStatistics(
    long batchSize,
    CountedTime computeInput,
    CountedTime computeInfer,
    CountedTime computeOutput) {}
