/** The training of heads beside scikit-learn's. */
@NullMarked
package dev.verhulst.benchmarks.training;

import org.jspecify.annotations.NullMarked;
