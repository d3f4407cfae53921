package dev.verhulst.client.transport;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.TransportFailure;
import java.util.concurrent.CompletableFuture;

/**
 * An attempt at a call that is under way.
 *
 * @param call the call, in the words of an error message
 * @param answer its value; fails with a {@link TransportFailure}; cancelling it gives the attempt
 *     up and lets go of its connection
 */
public record Attempt<T>(FailedCall call, CompletableFuture<T> answer) {}
