package dev.verhulst.service.batching;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of single models.
 *
 * @param models by the model's name
 */
@ConfigurationProperties("verhulst")
public record ModelsProperties(@DefaultValue Map<String, Model> models) {

  /**
   * The settings of one model.
   *
   * @param batching what differs from the server's
   */
  public record Model(@Nullable BatchingProperties batching) {}

  /**
   * The policy of a model.
   *
   * @param server the server's settings
   * @param concurrency how many executions of a model the device takes at once, where neither the
   *     model's settings nor the server's say it
   */
  public BatchingPolicy policy(String model, BatchingProperties server, int concurrency) {
    BatchingPolicy policy = server.policy(BatchingProperties.defaults(concurrency));
    Model settings = models.get(model);
    return settings == null || settings.batching == null
        ? policy
        : settings.batching.policy(policy);
  }
}
