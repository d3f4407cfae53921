package dev.verhulst.service.batching;

import java.time.Duration;

/**
 * A request at the door of a model's queue.
 *
 * @param computation what to compute; its memory stays leased until {@link Batcher#execute} returns
 * @param batchSize how many of the model's batch items the request holds: its first dimension, at
 *     least 1
 * @param priority 1 is served first; 0 stands for the model's default
 * @param timeout how long it may wait in the queue; zero stands for the model's default
 */
public record BatchRequest(
    Computation computation, long batchSize, int priority, Duration timeout) {}
