/** Jobs: heads that are trained and calibrated on the server. */
@NullMarked
package dev.verhulst.client.jobs;

import org.jspecify.annotations.NullMarked;
