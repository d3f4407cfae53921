/** The CPU backend: SIMD loops over off-heap memory with the Vector API. */
@NullMarked
package dev.verhulst.kernels.cpu;

import org.jspecify.annotations.NullMarked;
