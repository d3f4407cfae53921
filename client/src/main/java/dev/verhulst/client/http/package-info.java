/** The transport over HTTP/1.1, with the JDK's client. */
@NullMarked
package dev.verhulst.client.http;

import org.jspecify.annotations.NullMarked;
