/** What every benchmark's report needs: its arguments, the machine, medians, a table. */
@NullMarked
package dev.verhulst.benchmarks.report;

import org.jspecify.annotations.NullMarked;
