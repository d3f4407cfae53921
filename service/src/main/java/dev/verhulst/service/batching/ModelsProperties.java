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
   * The policies of models: what a model asks for itself counts most, then what is set for it, then
   * what is set for the server.
   *
   * @param server the server's settings
   * @param concurrency how many executions of a model the device takes at once, where nothing else
   *     says it
   */
  public BatchingPolicies policies(BatchingProperties server, int concurrency) {
    BatchingPolicy several = server.policy(BatchingProperties.defaults(concurrency));
    BatchingPolicy one = server.policy(BatchingProperties.defaults(1));
    return (model, oneAtATime, own) -> {
      BatchingPolicy policy = oneAtATime ? one : several;
      Model settings = models.get(model);
      BatchingPolicy set =
          settings == null || settings.batching == null ? policy : settings.batching.policy(policy);
      return own == null ? set : own.policy(set);
    };
  }
}
