package dev.verhulst.client.listener;

import java.util.Optional;

/**
 * A call that begins.
 *
 * @param operation what it does, e.g. {@code infer}, {@code serverMetadata}
 * @param model the model it is for; empty where it is for none
 * @param tensorBytes how many bytes of tensors it sends
 */
public record CallStart(String operation, Optional<String> model, long tensorBytes) {}
