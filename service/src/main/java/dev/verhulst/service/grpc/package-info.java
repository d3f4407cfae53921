/**
 * The Open Inference Protocol over gRPC. Tensors go past protobuf's classes: from the transport's
 * buffers into leased memory, and from there into the transport's frames.
 */
@NullMarked
package dev.verhulst.service.grpc;

import org.jspecify.annotations.NullMarked;
