/**
 * The service beside a raw Netty server that does the same arithmetic: a load generator, that
 * server, and their comparison.
 */
@NullMarked
package dev.verhulst.benchmarks.service;

import org.jspecify.annotations.NullMarked;
