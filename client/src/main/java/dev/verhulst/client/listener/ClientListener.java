package dev.verhulst.client.listener;

/**
 * Is told of every call that a client sends to a server: requests that have been coalesced are one
 * call. Called on the client's threads and expected to return soon; what it throws is logged and
 * changes nothing. Thread-safe.
 */
@FunctionalInterface
public interface ClientListener {

  /** A call begins. What is returned hears how it goes on. */
  CallListener started(CallStart call);
}
