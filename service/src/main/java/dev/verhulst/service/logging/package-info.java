/** What the server logs, and how that is changed while it runs. */
@NullMarked
package dev.verhulst.service.logging;

import org.jspecify.annotations.NullMarked;
