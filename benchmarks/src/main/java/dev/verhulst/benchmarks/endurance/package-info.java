/** The service over a long time: what it keeps, and whether it ever answers wrongly. */
@NullMarked
package dev.verhulst.benchmarks.endurance;

import org.jspecify.annotations.NullMarked;
