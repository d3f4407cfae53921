/** Who may send requests: callers that show an API key. */
@NullMarked
package dev.verhulst.service.access;

import org.jspecify.annotations.NullMarked;
