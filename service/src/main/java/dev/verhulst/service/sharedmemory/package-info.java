/** Memory that callers on the same host share with the server, instead of sending tensors. */
@NullMarked
package dev.verhulst.service.sharedmemory;

import org.jspecify.annotations.NullMarked;
