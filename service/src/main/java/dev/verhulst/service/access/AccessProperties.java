package dev.verhulst.service.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of access.
 *
 * @param apiKeys a directory with a file for each caller that holds its key, 16 characters or more;
 *     callers then send {@code Authorization: Bearer KEY}
 */
@ConfigurationProperties("verhulst")
public record AccessProperties(@Nullable Path apiKeys) {}
