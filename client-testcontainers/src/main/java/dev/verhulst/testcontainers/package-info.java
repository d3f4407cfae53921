/** The service in a container, for tests that need one. */
@NullMarked
package dev.verhulst.testcontainers;

import org.jspecify.annotations.NullMarked;
