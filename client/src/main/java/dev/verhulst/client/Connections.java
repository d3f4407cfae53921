package dev.verhulst.client;

import dev.verhulst.client.routing.InferenceSender;
import dev.verhulst.client.routing.Router;

/**
 * What clients with different options share.
 *
 * @param router makes calls
 * @param inferences sends inferences: the router, or what coalesces them before it
 * @param inFlight the calls under way
 * @param follows the jobs that are followed, which nobody waits for
 * @param closing ends it all
 */
record Connections(
    Router router,
    InferenceSender inferences,
    CallsInFlight inFlight,
    CallsInFlight follows,
    Runnable closing) {}
