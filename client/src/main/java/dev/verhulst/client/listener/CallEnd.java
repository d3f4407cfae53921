package dev.verhulst.client.listener;

import java.net.URI;
import java.time.Duration;

/**
 * A call that has ended.
 *
 * @param transport what the last attempt spoke, e.g. {@code http}
 * @param endpoint where the last attempt went
 * @param attempts how many attempts there were, from 1
 * @param duration how long it took, waits included
 */
public record CallEnd(String transport, URI endpoint, int attempts, Duration duration) {}
