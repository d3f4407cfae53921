/** The command line. */
@NullMarked
package dev.verhulst.heads.command;

import org.jspecify.annotations.NullMarked;
