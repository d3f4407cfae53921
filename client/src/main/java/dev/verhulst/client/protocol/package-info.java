/**
 * The wire protocol, shared by the client and the service: datatypes, header names, number
 * conversions.
 */
@NullMarked
package dev.verhulst.client.protocol;

import org.jspecify.annotations.NullMarked;
