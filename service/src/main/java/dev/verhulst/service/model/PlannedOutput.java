package dev.verhulst.service.model;

/**
 * An output that will be computed.
 *
 * @param binary whether its elements go out as bytes, or else as JSON numbers
 */
public record PlannedOutput(String name, Shape shape, long byteSize, boolean binary) {}
