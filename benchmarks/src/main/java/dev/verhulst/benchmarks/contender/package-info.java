/** What is compared: operations on operands in memory, and who computes them. */
@NullMarked
package dev.verhulst.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
