package dev.verhulst.service.repository;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the model repository.
 *
 * @param modelRepository the directory that holds a directory per model; null for no models beside
 *     the built-in ones
 * @param strictReadiness whether the server is ready only if every model of the repository could be
 *     loaded
 */
@ConfigurationProperties("verhulst")
public record RepositoryProperties(
    @Nullable Path modelRepository, @DefaultValue("false") boolean strictReadiness) {}
