/** How calls reach a server: one interface, with a provider per scheme; when to try again. */
@NullMarked
package dev.verhulst.client.transport;

import org.jspecify.annotations.NullMarked;
