/** Metrics and traces by Micrometer, which is there only for who puts it on the class path. */
@NullMarked
package dev.verhulst.client.micrometer;

import org.jspecify.annotations.NullMarked;
