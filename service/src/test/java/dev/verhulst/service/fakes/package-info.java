/** Hand-written stand-ins that tests of several packages share. */
@NullMarked
package dev.verhulst.service.fakes;

import org.jspecify.annotations.NullMarked;
