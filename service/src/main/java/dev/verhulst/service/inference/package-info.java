/** The one table of errors, for every protocol. */
@NullMarked
package dev.verhulst.service.inference;

import org.jspecify.annotations.NullMarked;
