/** The activations that Verhulst serves, and the calls of them. */
@NullMarked
package dev.verhulst.client.activation;

import org.jspecify.annotations.NullMarked;
