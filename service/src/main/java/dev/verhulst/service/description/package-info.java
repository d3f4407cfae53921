/** What the server says of itself and of its models, whatever protocol it is asked by. */
@NullMarked
package dev.verhulst.service.description;

import org.jspecify.annotations.NullMarked;
