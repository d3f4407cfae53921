/** Tensors in files of the safetensors format: read by mapping, written. */
@NullMarked
package dev.verhulst.heads.safetensors;

import org.jspecify.annotations.NullMarked;
