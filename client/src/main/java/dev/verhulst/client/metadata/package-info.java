/** What a server says of itself and of its models. */
@NullMarked
package dev.verhulst.client.metadata;

import org.jspecify.annotations.NullMarked;
