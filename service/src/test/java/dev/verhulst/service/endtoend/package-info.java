/**
 * The packaged service as a process, and the client on a real socket. One process serves most
 * tests: see {@link dev.verhulst.service.endtoend.SharedService}.
 */
@NullMarked
package dev.verhulst.service.endtoend;

import org.jspecify.annotations.NullMarked;
