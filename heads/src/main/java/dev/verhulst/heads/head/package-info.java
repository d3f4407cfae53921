/** Logistic heads: their numbers and their computation. */
@NullMarked
package dev.verhulst.heads.head;

import org.jspecify.annotations.NullMarked;
