package dev.verhulst.service.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of access.
 *
 * @param apiKeys the directory that holds a file for each caller with its key; null where everyone
 *     may send requests
 */
@ConfigurationProperties("verhulst")
public record AccessProperties(@Nullable Path apiKeys) {}
