package dev.verhulst.service.repository;

import dev.verhulst.service.batching.BatchingProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model's {@code config.yaml} or {@code config.json} says.
 *
 * @param operator what the model computes, e.g. {@code leaky_relu}
 * @param parameters the operator's parameters that differ from its defaults: numbers, strings,
 *     booleans, and lists and maps of them
 * @param versionPolicy which of its versions are served
 * @param batching what differs from the server's settings; null for nothing
 */
public record ModelConfiguration(
    String operator,
    Map<String, Object> parameters,
    VersionPolicy versionPolicy,
    @Nullable BatchingProperties batching) {}
