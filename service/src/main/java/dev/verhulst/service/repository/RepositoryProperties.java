package dev.verhulst.service.repository;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the model repository.
 *
 * @param modelRepository the directory that holds a directory per model, or is itself the only one;
 *     null for no models beside the built-in ones
 * @param modelName what the model is called where the directory itself is the only one; null for
 *     the directory's name
 * @param strictReadiness whether the server is ready only if every model of the repository could be
 *     loaded
 */
@ConfigurationProperties("verhulst")
public record RepositoryProperties(
    @Nullable Path modelRepository,
    @Nullable String modelName,
    @DefaultValue("false") boolean strictReadiness) {}
