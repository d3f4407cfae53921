package dev.verhulst.service;

import dev.verhulst.service.batching.ModelsProperties;
import dev.verhulst.service.device.WarmUp;
import dev.verhulst.service.lifecycle.StartException;
import dev.verhulst.service.model.ServedModel;
import dev.verhulst.service.repository.IndexEntry;
import dev.verhulst.service.repository.ModelRepository;
import java.util.HashSet;
import java.util.Set;
import org.springframework.beans.factory.SmartInitializingSingleton;

/** Refuses settings of models that there are not, built in or in the model repository. */
final class ModelSettingsCheck implements SmartInitializingSingleton {

  private final ModelsProperties settings;
  private final ModelRepository<ServedModel> repository;

  ModelSettingsCheck(ModelsProperties settings, ModelRepository<ServedModel> repository) {
    this.settings = settings;
    this.repository = repository;
  }

  @Override
  public void afterSingletonsInstantiated() {
    // What is built in is set by the function's own name, not by an alias.
    Set<String> known = new HashSet<>(WarmUp.functions());
    repository.index().stream().map(IndexEntry::name).forEach(known::add);
    for (String model : settings.models().keySet()) {
      if (!known.contains(model)) {
        throw new StartException("verhulst.models." + model + ": there is no such model");
      }
    }
  }
}
