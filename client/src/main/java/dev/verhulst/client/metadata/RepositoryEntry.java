package dev.verhulst.client.metadata;

/**
 * A version of a model in a server's repository.
 *
 * @param name the model's name
 * @param version its version; empty where it is not loaded, or the server does not say
 * @param state its state in the server's words, e.g. {@code READY}, {@code UNAVAILABLE}; empty
 *     where the server does not say
 * @param reason why it is in that state; empty where the server does not say
 */
public record RepositoryEntry(String name, String version, String state, String reason) {

  /** Whether it takes requests. */
  public boolean isReady() {
    return state.equals("READY");
  }
}
