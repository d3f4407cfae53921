package dev.verhulst.kernels;

import org.jspecify.annotations.Nullable;

/**
 * How a device stands at a moment, as its driver says; null where it does not say.
 *
 * @param uuid what the device is called, whichever process asks
 * @param memoryTotalBytes how much memory it has
 * @param memoryUsedBytes how much of that is taken, by any process
 * @param utilization the part of the last moments in which it computed, from 0 to 1
 * @param powerWatts what it draws
 * @param powerLimitWatts what it may draw
 * @param energyJoules what it has used since it was opened
 */
public record DeviceReadings(
    String uuid,
    @Nullable Long memoryTotalBytes,
    @Nullable Long memoryUsedBytes,
    @Nullable Double utilization,
    @Nullable Double powerWatts,
    @Nullable Double powerLimitWatts,
    @Nullable Double energyJoules) {}
