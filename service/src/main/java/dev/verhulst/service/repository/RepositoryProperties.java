package dev.verhulst.service.repository;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of the model repository.
 *
 * @param modelRepository a directory with models of your own: a directory per model, or itself the
 *     only one; docs/model-repository.md
 * @param modelName what the model is called where that directory is itself the only one (default:
 *     the directory's name)
 * @param strictReadiness whether the server is ready only while no model of the repository is
 *     broken
 */
@ConfigurationProperties("verhulst")
public record RepositoryProperties(
    @Nullable Path modelRepository,
    @Nullable String modelName,
    @DefaultValue("false") boolean strictReadiness) {}
