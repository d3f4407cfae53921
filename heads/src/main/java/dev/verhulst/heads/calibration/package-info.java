/** Calibration of scores: fitted, applied and reported on. */
@NullMarked
package dev.verhulst.heads.calibration;

import org.jspecify.annotations.NullMarked;
