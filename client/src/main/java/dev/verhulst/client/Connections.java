package dev.verhulst.client;

/**
 * What clients with different options share.
 *
 * @param caller makes calls, with retries
 * @param onceCaller makes calls without retries
 * @param closing ends both
 */
record Connections(Caller caller, Caller onceCaller, Runnable closing) {}
