/** Servers on real sockets for the client's tests: a polite one, and one that does anything. */
@NullMarked
package dev.verhulst.client.server;

import org.jspecify.annotations.NullMarked;
