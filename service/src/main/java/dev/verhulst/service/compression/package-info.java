/** Content codings of HTTP: what a body may be compressed with. */
@NullMarked
package dev.verhulst.service.compression;

import org.jspecify.annotations.NullMarked;
