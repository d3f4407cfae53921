/** What threads that serve many requests have to be told. */
@NullMarked
package dev.verhulst.service.threads;

import org.jspecify.annotations.NullMarked;
