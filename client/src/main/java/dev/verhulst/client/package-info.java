/**
 * The Java SDK: typed calls and general inference against Verhulst or any Open Inference Protocol
 * server.
 */
@NullMarked
package dev.verhulst.client;

import org.jspecify.annotations.NullMarked;
