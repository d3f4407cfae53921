package dev.verhulst.service.description;

import dev.verhulst.service.model.Datatypes;
import java.util.ArrayList;
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

  private static final String SHARED_MEMORY = "system_shared_memory";

  private static final List<String> EXTENSIONS =
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

  private final boolean sharedMemory;

  /**
   * @param sharedMemory whether callers may use shared memory
   */
  public ServerDescription(boolean sharedMemory) {
    this.sharedMemory = sharedMemory;
  }

  /** The parts of the protocol beyond its core that the server speaks, in full. */
  public List<String> extensions() {
    List<String> extensions = new ArrayList<>(EXTENSIONS);
    if (sharedMemory) {
      extensions.add(SHARED_MEMORY);
    }
    return extensions;
  }

  /** The version of the server's build. */
  public static String version() {
    String version = ServerDescription.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
