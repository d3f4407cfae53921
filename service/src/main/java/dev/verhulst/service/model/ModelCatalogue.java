package dev.verhulst.service.model;

import dev.verhulst.kernels.activation.ActivationDescriptor;
import dev.verhulst.kernels.activation.Activations;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every model that the server offers: the activations, under their aliases too, and the loss. */
public final class ModelCatalogue {

  private final Map<String, Model> byName = new TreeMap<>();

  public ModelCatalogue() {
    for (ActivationDescriptor descriptor : Activations.all()) {
      add(new ActivationModel(descriptor.name(), descriptor));
      descriptor.aliases().forEach(alias -> add(new ActivationModel(alias, descriptor)));
    }
    add(new LossModel());
  }

  private void add(Model model) {
    byName.put(model.name(), model);
  }

  /** Every model, by name. */
  public Collection<Model> all() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /**
   * The model of that name.
   *
   * @param version the version asked for, or null for any
   * @throws InferenceException of kind UNKNOWN_MODEL where the name is unknown, NOT_FOUND where the
   *     version is
   */
  public Model find(String name, @Nullable String version) {
    Model model = byName.get(name);
    if (model == null) {
      throw new InferenceException(
          ErrorKind.UNKNOWN_MODEL, "Request for unknown model: '" + name + "' is not found");
    }
    if (version != null && !version.equals(Model.VERSION)) {
      throw new InferenceException(
          ErrorKind.NOT_FOUND,
          "Request for unknown model: '%s' version %s is not found; its only version is %s"
              .formatted(name, version, Model.VERSION));
    }
    return model;
  }
}
