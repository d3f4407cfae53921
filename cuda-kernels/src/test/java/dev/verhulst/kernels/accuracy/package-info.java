/** The kernels against the exact values: bounds, samples, oracles and the tests that use them. */
@NullMarked
package dev.verhulst.kernels.accuracy;

import org.jspecify.annotations.NullMarked;
