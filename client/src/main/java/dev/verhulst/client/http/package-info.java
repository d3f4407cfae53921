/** The transport over HTTP/1.1, from the socket up. */
@NullMarked
package dev.verhulst.client.http;

import org.jspecify.annotations.NullMarked;
