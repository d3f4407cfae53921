package dev.verhulst.service.description;

import dev.verhulst.service.model.Datatypes;
import java.util.List;

/**
 * What the server says of itself.
 *
 * <p>A tensor's metadata has room for one datatype; the declared one is FP32. That the datatype of
 * a request chooses the kernel, and which ones there are, is announced as an extension of the
 * server, {@code request_datatype(FP16,BF16,FP32,FP64)}: extensions are a list that clients look
 * for known names in, while a key that is not in the protocol could break one.
 */
public final class ServerDescription {

  /** The server's name, and that of the platform of its models. */
  public static final String NAME = "verhulst";

  /** The parts of the protocol beyond its core that the server speaks, in full. */
  public static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "parameters",
          "schedule_policy",
          "statistics",
          "model_configuration",
          "model_repository",
          "model_repository(unload_dependents)",
          "classification",
          "logging",
          "request_datatype(" + Datatypes.accepted() + ")");

  private ServerDescription() {}

  /** The version of the server's build. */
  public static String version() {
    String version = ServerDescription.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
