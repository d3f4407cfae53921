/** Many small calls as one request. */
@NullMarked
package dev.verhulst.client.coalescing;

import org.jspecify.annotations.NullMarked;
