/** The losses that Verhulst serves. */
@NullMarked
package dev.verhulst.client.loss;

import org.jspecify.annotations.NullMarked;
