package dev.verhulst.client.listener;

import java.util.Map;

/**
 * Hears how one call goes on: any number of retries, then either success or failure. Retries and
 * the end come one after the other, though maybe on different threads.
 */
public interface CallListener {

  /** Wants to hear nothing. */
  CallListener SILENT = new CallListener() {};

  /**
   * What each attempt of the call is to carry beside what the client sends anyway: headers in HTTP,
   * metadata in gRPC. The context of a trace is sent so.
   */
  default Map<String, String> headers() {
    return Map.of();
  }

  /** An attempt has failed, and another will follow. */
  default void retrying(Retry retry) {}

  /**
   * The call has its answer.
   *
   * @param tensorBytes how many bytes of tensors the answer has
   */
  default void succeeded(CallEnd end, long tensorBytes) {}

  /**
   * The call has failed.
   *
   * @param failure a {@link dev.verhulst.client.error.VerhulstException}, or what the client found
   *     wrong before it sent anything
   */
  default void failed(CallEnd end, RuntimeException failure) {}
}
