/** Micrometer metrics under the names that dashboards know. */
@NullMarked
package dev.verhulst.service.metrics;

import org.jspecify.annotations.NullMarked;
