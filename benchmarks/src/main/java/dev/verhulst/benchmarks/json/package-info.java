/** Numbers in JSON: the service's reader and writer beside Jackson's. */
@NullMarked
package dev.verhulst.benchmarks.json;

import org.jspecify.annotations.NullMarked;
