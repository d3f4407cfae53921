package dev.verhulst.service.memory;

import java.time.Duration;

/**
 * The budget of tensor memory ({@code verhulst.memory.*}): host buffers of the device, pooled and
 * lent. Thread-safe.
 */
public interface TensorMemory {

  /**
   * Lends memory, waiting in turn where the budget is used up. Whoever needs several pieces leases
   * them as one and slices it: two requests that hold one piece each while they wait for another
   * could wait for each other.
   *
   * @param byteSize how many bytes; 0 is valid
   * @param timeout how long to wait for a turn
   * @throws dev.verhulst.service.inference.InferenceException of kind INVALID_ARGUMENT where the
   *     budget could never hold {@code byteSize}, naming the setting; UNAVAILABLE, with retryAfter,
   *     where the timeout passed
   * @throws InterruptedException where the waiting thread was interrupted
   */
  Lease lease(long byteSize, Duration timeout) throws InterruptedException;

  /** How many leases are open. */
  int openLeases();

  /** How many bytes are lent. */
  long leasedBytes();
}
