/** The image, built and run for real. */
@NullMarked
package dev.verhulst.testcontainers;

import org.jspecify.annotations.NullMarked;
