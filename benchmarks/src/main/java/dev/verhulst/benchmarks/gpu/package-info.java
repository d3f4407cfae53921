/** The rig that verifies and measures a GPU: {@code verify} of the bundle, and its record. */
@NullMarked
package dev.verhulst.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
