/**
 * The way of a call: to which endpoint, again after which failure, and which endpoints are out of
 * service meanwhile.
 */
@NullMarked
package dev.verhulst.client.routing;

import org.jspecify.annotations.NullMarked;
