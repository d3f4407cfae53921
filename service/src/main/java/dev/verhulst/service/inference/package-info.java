/** What a request asks for: models, their signatures, validation, and the one table of errors. */
@NullMarked
package dev.verhulst.service.inference;

import org.jspecify.annotations.NullMarked;
