/** The CUDA backend: committed PTX, loaded and launched through JCuda's driver API. */
@NullMarked
package dev.verhulst.kernels.cuda;

import org.jspecify.annotations.NullMarked;
