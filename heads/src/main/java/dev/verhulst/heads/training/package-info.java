/** Training of logistic heads. */
@NullMarked
package dev.verhulst.heads.training;

import org.jspecify.annotations.NullMarked;
