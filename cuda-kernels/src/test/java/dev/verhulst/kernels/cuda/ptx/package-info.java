/** An interpreter of PTX: runs the kernels' committed text without a GPU. */
@NullMarked
package dev.verhulst.kernels.cuda.ptx;

import org.jspecify.annotations.NullMarked;
