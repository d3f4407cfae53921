/** The budget of tensor memory, and the leases of it. */
@NullMarked
package dev.verhulst.service.memory;

import org.jspecify.annotations.NullMarked;
