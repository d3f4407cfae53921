/** Offline work: the kernels of the CPU inside of a Spark job. */
@NullMarked
package dev.verhulst.spark;

import org.jspecify.annotations.NullMarked;
