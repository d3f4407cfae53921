/** Logistic heads of this project beside its peers': measured by JMH, compared in one table. */
@NullMarked
package dev.verhulst.benchmarks.heads;

import org.jspecify.annotations.NullMarked;
