package dev.verhulst.client.listener;

/**
 * Hears how one call goes on: any number of retries, then either success or failure. Retries and
 * the end come one after the other, though maybe on different threads.
 */
public interface CallListener {

  /** Wants to hear nothing. */
  CallListener SILENT = new CallListener() {};

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
