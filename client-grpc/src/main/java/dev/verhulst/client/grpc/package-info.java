/** The client's transport over gRPC. */
@NullMarked
package dev.verhulst.client.grpc;

import org.jspecify.annotations.NullMarked;
