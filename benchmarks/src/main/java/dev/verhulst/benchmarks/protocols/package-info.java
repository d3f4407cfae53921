/** The ways to the service beside one another: JSON and binary over HTTP, gRPC, shared memory. */
@NullMarked
package dev.verhulst.benchmarks.protocols;

import org.jspecify.annotations.NullMarked;
