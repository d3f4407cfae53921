package dev.verhulst.client.routing;

import dev.verhulst.client.inference.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * What a client has settled for an inference.
 *
 * @param encoding how tensors travel, where the transport leaves a choice
 * @param pinned the endpoint to use; null for any
 */
public record Route(Encoding encoding, @Nullable Endpoint pinned) {}
