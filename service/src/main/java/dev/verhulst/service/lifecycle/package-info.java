/** The life of the server: starting, ready, stopping; and what a failed start says. */
@NullMarked
package dev.verhulst.service.lifecycle;

import org.jspecify.annotations.NullMarked;
