/**
 * Requests to bodies and bodies to answers. For the client's own use: may change from one release
 * to the next.
 */
@NullMarked
package dev.verhulst.client.codec;

import org.jspecify.annotations.NullMarked;
