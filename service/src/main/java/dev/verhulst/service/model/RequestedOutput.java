package dev.verhulst.service.model;

/**
 * An output that a request asks for.
 *
 * @param binary whether its elements go out as bytes, or else as JSON numbers
 */
public record RequestedOutput(String name, boolean binary) {}
