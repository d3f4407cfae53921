/** Fitted heads as model directories. */
@NullMarked
package dev.verhulst.heads.model;

import org.jspecify.annotations.NullMarked;
