package dev.verhulst.service.repository;

import java.nio.file.Path;

/**
 * What one version of a model is made from.
 *
 * @param name the model's name: that of its directory
 * @param version the version's number: that of its directory
 * @param configuration what its configuration says, the version's own parameters included
 * @param directory where the version's files are; it need not exist where a model has no numbered
 *     directories
 */
public record ModelSource(
    String name, long version, ModelConfiguration configuration, Path directory) {}
