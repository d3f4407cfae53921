package dev.verhulst.service.model;

/**
 * Where a tensor lies in memory that the caller shares with the server, instead of in a message.
 *
 * @param region the name of a registered region
 * @param offset where the tensor begins in the region, in bytes
 * @param byteSize how many bytes it may take
 */
public record SharedMemoryRange(String region, long offset, long byteSize) {}
