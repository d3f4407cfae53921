package dev.verhulst.client.metadata;

import java.util.List;

/**
 * What a server says of itself.
 *
 * @param name its name
 * @param version its version; empty where the server does not say
 * @param extensions the protocol extensions that it speaks, e.g. {@code binary_tensor_data}
 */
public record ServerMetadata(String name, String version, List<String> extensions) {

  public ServerMetadata {
    extensions = List.copyOf(extensions);
  }
}
