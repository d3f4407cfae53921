/** What is computed, and on which device: the public face of the kernels. No HTTP, no Spring. */
@NullMarked
package dev.verhulst.kernels;

import org.jspecify.annotations.NullMarked;
