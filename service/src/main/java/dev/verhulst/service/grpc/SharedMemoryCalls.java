package dev.verhulst.service.grpc;

import static dev.verhulst.service.inference.InferenceException.invalidArgument;

import dev.verhulst.grpc.protocol.SystemSharedMemoryRegisterRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryRegisterResponse;
import dev.verhulst.grpc.protocol.SystemSharedMemoryStatusRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryStatusResponse;
import dev.verhulst.grpc.protocol.SystemSharedMemoryStatusResponse.RegionStatus;
import dev.verhulst.grpc.protocol.SystemSharedMemoryUnregisterRequest;
import dev.verhulst.grpc.protocol.SystemSharedMemoryUnregisterResponse;
import dev.verhulst.service.sharedmemory.SharedMemoryRegion;
import dev.verhulst.service.sharedmemory.SharedMemoryRegions;
import java.util.List;

/** The calls that list, register and unregister regions of shared memory. */
final class SharedMemoryCalls {

  private final SharedMemoryRegions regions;

  SharedMemoryCalls(SharedMemoryRegions regions) {
    this.regions = regions;
  }

  SystemSharedMemoryStatusResponse status(SystemSharedMemoryStatusRequest request) {
    List<SharedMemoryRegion> found =
        request.getName().isEmpty() ? regions.status() : List.of(regions.status(request.getName()));
    SystemSharedMemoryStatusResponse.Builder response =
        SystemSharedMemoryStatusResponse.newBuilder();
    for (SharedMemoryRegion region : found) {
      response.putRegions(
          region.name(),
          RegionStatus.newBuilder()
              .setName(region.name())
              .setKey(region.key())
              .setOffset(region.offset())
              .setByteSize(region.byteSize())
              .build());
    }
    return response.build();
  }

  SystemSharedMemoryRegisterResponse register(SystemSharedMemoryRegisterRequest request) {
    // Unsigned on the wire: what is too large for a long arrives as a negative one.
    if (request.getOffset() < 0 || request.getByteSize() < 0) {
      throw invalidArgument(
          "offset and byte_size of shared memory region '%s' must be below 2^63"
              .formatted(request.getName()));
    }
    regions.register(
        request.getName(), request.getKey(), request.getOffset(), request.getByteSize());
    return SystemSharedMemoryRegisterResponse.getDefaultInstance();
  }

  SystemSharedMemoryUnregisterResponse unregister(SystemSharedMemoryUnregisterRequest request) {
    if (request.getName().isEmpty()) {
      regions.unregisterAll();
    } else {
      regions.unregister(request.getName());
    }
    return SystemSharedMemoryUnregisterResponse.getDefaultInstance();
  }
}
