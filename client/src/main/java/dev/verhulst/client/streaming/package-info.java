/** Tensors that are larger than a request may be, computed in chunks. */
@NullMarked
package dev.verhulst.client.streaming;

import org.jspecify.annotations.NullMarked;
