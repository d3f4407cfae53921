package dev.verhulst.client.listener;

import dev.verhulst.client.error.TransportFailure;
import java.net.URI;
import java.time.Duration;

/**
 * An attempt that has failed and will be followed by another.
 *
 * @param transport what the attempt spoke, e.g. {@code http}
 * @param endpoint where it went
 * @param attempt its number, from 1
 * @param failure why it failed
 * @param pause how long until the next; zero where another endpoint takes it at once
 */
public record Retry(
    String transport, URI endpoint, int attempt, TransportFailure failure, Duration pause) {}
