/** How a request reaches the server: one interface, decorated with retries, a deadline, a log. */
@NullMarked
package dev.verhulst.client.transport;

import org.jspecify.annotations.NullMarked;
