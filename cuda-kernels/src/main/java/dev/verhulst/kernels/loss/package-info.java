/** Losses over logits: their parameters, reductions and scalar definitions. */
@NullMarked
package dev.verhulst.kernels.loss;

import org.jspecify.annotations.NullMarked;
