package dev.verhulst.kernels;

import org.jspecify.annotations.Nullable;

/**
 * How one GPU that takes part stands.
 *
 * @param ordinal which GPU, as CUDA numbers them, from 0
 * @param usable whether it takes work; not so while it is lost to an error, nor before it joins
 *     where it could not be had at first
 * @param bytesInFlight how many bytes of input it computes on
 * @param losses how often it was lost
 * @param probes how often it was tried again
 * @param readings what its driver says; null where it says nothing
 */
public record GpuStatus(
    int ordinal,
    boolean usable,
    long bytesInFlight,
    long losses,
    long probes,
    @Nullable DeviceReadings readings) {}
