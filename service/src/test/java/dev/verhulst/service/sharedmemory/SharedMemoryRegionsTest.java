package dev.verhulst.service.sharedmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryRegionsTest {

  @TempDir Path directory;

  private SharedMemoryRegions regions;

  @BeforeEach
  void open() throws IOException {
    regions = new SharedMemoryRegions(new SharedMemoryProperties(true, directory));
    Files.write(directory.resolve("object"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
  }

  @Test
  void aRegionIsAPieceOfAnObjectBothWays() throws IOException {
    regions.register("region", "/object", 2, 5);
    MemorySegment tensor = regions.slice("region", 1, 4);
    assertThat(tensor.toArray(ValueLayout.JAVA_BYTE)).containsExactly(3, 4, 5, 6);
    tensor.set(ValueLayout.JAVA_BYTE, 0, (byte) 42);
    assertThat(Files.readAllBytes(directory.resolve("object")))
        .containsExactly(0, 1, 2, 42, 4, 5, 6, 7);
  }

  @Test
  void aRegionTellsWhatItIs() {
    regions.register("b", "object", 2, 5);
    regions.register("a", "/object", 0, 8);
    assertThat(regions.status())
        .extracting(SharedMemoryRegion::name, SharedMemoryRegion::key)
        .containsExactly(tuple("a", "/object"), tuple("b", "object"));
    assertThat(regions.status("b").offset()).isEqualTo(2);
    assertThat(regions.status("b").byteSize()).isEqualTo(5);
  }

  /** Each is a mapping of the process, of which there may not be any number. */
  @Test
  void thereAreOnlySoManyRegions() {
    for (int i = 0; i < SharedMemoryRegions.MOST_REGIONS; i++) {
      regions.register("region" + i, "/object", 0, 8);
    }
    refused(() -> regions.register("more", "/object", 0, 8))
        .hasMessageContaining("there are 1024 shared memory regions, and no more may be");
    regions.unregister("region0");
    regions.register("more", "/object", 0, 8);
    regions.unregisterAll();
    refused(() -> regions.register("x".repeat(256), "/object", 0, 8))
        .hasMessageContaining("has 256 characters; expected at most 255");
  }

  @Test
  void aTensorMustLieWithinItsRegion() {
    regions.register("region", "/object", 2, 5);
    assertThat(regions.slice("region", 5, 0).byteSize()).isZero();
    refused(() -> regions.slice("region", 1, 5))
        .hasMessage(
            "Invalid offset + byte size for shared memory region: 'region': 5 bytes at offset 1 do"
                + " not lie within its 5 bytes");
    refused(() -> regions.slice("region", Long.MAX_VALUE, 5));
    refused(() -> regions.slice("region", 1, Long.MAX_VALUE));
    refused(() -> regions.slice("region", -1, 1));
    refused(() -> regions.slice("region", 0, -1));
    refused(() -> regions.slice("other", 0, 1))
        .hasMessage("Unable to find shared memory region: 'other'");
  }

  @Test
  void aRegionMustLieWithinItsObjectWhichDoesNotGrow() throws IOException {
    refused(() -> regions.register("region", "/object", 4, 5))
        .hasMessage(
            "shared memory region 'region' asks for 5 bytes at offset 4 of '/object', which has 8"
                + " bytes");
    refused(() -> regions.register("region", "/object", Long.MAX_VALUE, 5));
    refused(() -> regions.register("region", "/object", 1, Long.MAX_VALUE));
    refused(() -> regions.register("region", "/object", -1, 5));
    refused(() -> regions.register("region", "/object", 0, 0));
    assertThat(Files.size(directory.resolve("object"))).isEqualTo(8);
  }

  @Test
  void onlyObjectsOfSharedMemoryAreOpened() throws IOException {
    Path outside = Files.createTempFile("outside", "");
    try {
      Files.write(outside, new byte[8]);
      Files.createSymbolicLink(directory.resolve("link"), outside);
      Files.createDirectory(directory.resolve("directory"));
      for (String key : new String[] {"/../x", "a/b", "", "/", ".", "/.hidden", "a\0b"}) {
        refused(() -> regions.register("region", key, 0, 1))
            .hasMessageContaining("is no name of a shared memory object");
      }
      refused(() -> regions.register("region", "/link", 0, 1))
          .hasMessageContaining("it is no shared memory object");
      refused(() -> regions.register("region", "/directory", 0, 1));
      refused(() -> regions.register("region", "/nobody", 0, 1))
          .hasMessage(
              "Unable to open shared memory region: '/nobody': there is no such object on the"
                  + " server's host");
      refused(() -> regions.register(" ", "/object", 0, 1));
    } finally {
      Files.delete(outside);
    }
  }

  @Test
  void aNameIsRegisteredOnceAndCanBeFreed() {
    regions.register("region", "/object", 0, 8);
    refused(() -> regions.register("region", "/object", 0, 4))
        .hasMessage("shared memory region 'region' is registered already; unregister it first");
    MemorySegment inUse = regions.slice("region", 0, 8);
    regions.unregister("region");
    regions.unregister("region");
    assertThat(inUse.get(ValueLayout.JAVA_BYTE, 7)).isEqualTo((byte) 7);
    regions.register("region", "/object", 0, 4);
    regions.unregisterAll();
    assertThat(regions.status()).isEmpty();
  }

  @Test
  void offUnlessEnabled() {
    SharedMemoryRegions off = new SharedMemoryRegions(new SharedMemoryProperties(false, directory));
    assertThat(off.enabled()).isFalse();
    assertThatThrownBy(() -> off.register("region", "/object", 0, 8))
        .isInstanceOfSatisfying(
            InferenceException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNSUPPORTED))
        .hasMessageContaining("verhulst.shared-memory.enabled=true");
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InferenceException.class,
            e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT));
  }
}
