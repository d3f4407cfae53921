/** Tables of examples: features and labels. */
@NullMarked
package dev.verhulst.heads.data;

import org.jspecify.annotations.NullMarked;
