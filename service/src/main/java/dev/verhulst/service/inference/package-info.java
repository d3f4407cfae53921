/** What every protocol shares: the one table of errors, and what a version of a model is called. */
@NullMarked
package dev.verhulst.service.inference;

import org.jspecify.annotations.NullMarked;
