package dev.verhulst.service.tracing;

import org.jspecify.annotations.Nullable;

/** What came with a request beside its body: headers in HTTP, metadata in gRPC. */
public interface CallHeaders {

  /**
   * The value of that name, one of them where there are several; null where there is none. May be
   * asked for at any time.
   */
  @Nullable String header(String name);
}
