/** The table of reference values, for the tests of every module. */
@NullMarked
package dev.verhulst.kernels.reference;

import org.jspecify.annotations.NullMarked;
