/** One bounded queue per model; what has queued while the device was busy leaves together. */
@NullMarked
package dev.verhulst.service.batching;

import org.jspecify.annotations.NullMarked;
