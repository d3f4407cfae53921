package dev.verhulst.service.sharedmemory;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of shared memory.
 *
 * @param enabled whether callers on the same host may name shared memory in place of sending
 *     tensors: whoever can call the server can then read and write every object that its user can
 * @param directory where the system keeps POSIX shared memory objects
 */
@ConfigurationProperties("verhulst.shared-memory")
public record SharedMemoryProperties(
    @DefaultValue("false") boolean enabled, @DefaultValue("/dev/shm") Path directory) {}
