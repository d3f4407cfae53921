/** Elementary functions over SIMD lanes, in double precision: what the FP64 kernels are made of. */
@NullMarked
package dev.verhulst.kernels.lanes;

import org.jspecify.annotations.NullMarked;
