package dev.verhulst.service.batching;

import org.jspecify.annotations.Nullable;

/** Says when the requests of a model leave its queue. */
@FunctionalInterface
public interface BatchingPolicies {

  /**
   * The policy of a model.
   *
   * @param model its name; for an alias, that of the function itself
   * @param oneAtATime whether one execution makes use of the whole device, so that there is one at
   *     once unless a setting says otherwise
   * @param own what the model itself asks for, which counts most; null for nothing
   */
  BatchingPolicy policy(String model, boolean oneAtATime, @Nullable BatchingProperties own);
}
