/** What can go wrong with a call: one exception type per kind of error. */
@NullMarked
package dev.verhulst.client.error;

import org.jspecify.annotations.NullMarked;
