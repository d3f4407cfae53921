/** Which device computes: selection, warm-up, placement. */
@NullMarked
package dev.verhulst.service.device;

import org.jspecify.annotations.NullMarked;
