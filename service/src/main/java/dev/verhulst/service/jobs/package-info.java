/** Jobs: training and calibration of logistic heads, on the server. */
@NullMarked
package dev.verhulst.service.jobs;

import org.jspecify.annotations.NullMarked;
