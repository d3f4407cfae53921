/** The tests of the Helm chart and of the files for KServe. */
@NullMarked
package dev.verhulst.chart;

import org.jspecify.annotations.NullMarked;
