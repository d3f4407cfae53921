/** The model repository: models declared in a directory, loaded, reloaded and unloaded. */
@NullMarked
package dev.verhulst.service.repository;

import org.jspecify.annotations.NullMarked;
