package dev.verhulst.service.rest;

import jakarta.servlet.http.HttpServletRequest;

/** Watches nobody. */
final class NoClientWatch implements ClientWatch {

  private static final Guard GUARD =
      new Guard() {
        @Override
        public boolean clientLeft() {
          return false;
        }

        @Override
        public void close() {}
      };

  @Override
  public Guard watch(HttpServletRequest request) {
    return GUARD;
  }
}
