/** The kernels' committed PTX, assembled and interpreted without a GPU. */
@NullMarked
package dev.verhulst.kernels.cuda.kernel;

import org.jspecify.annotations.NullMarked;
