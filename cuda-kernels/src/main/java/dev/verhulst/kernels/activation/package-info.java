/** The catalogue of activations: each a record with its name, its parameters and its formulas. */
@NullMarked
package dev.verhulst.kernels.activation;

import org.jspecify.annotations.NullMarked;
