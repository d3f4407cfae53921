/**
 * The HTTP codec: requests are read from the socket straight into leased buffers, answers written
 * from them.
 */
@NullMarked
package dev.verhulst.service.rest;

import org.jspecify.annotations.NullMarked;
