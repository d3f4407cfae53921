package dev.verhulst.service.rest;

import dev.verhulst.service.access.ApiKeys;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.metrics.RefusedRequests;
import dev.verhulst.service.metrics.RefusedRequests.Protocol;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Refuses requests without an API key, but for those that ask for the server's health. */
final class ApiKeyFilter extends HttpFilter {

  private static final Set<String> HEALTH = Set.of("/v2/health/live", "/v2/health/ready");

  private final transient ApiKeys keys;
  private final transient RefusedRequests refused;
  private final transient Duration lingeringClose;

  /**
   * @param refused where requests without a key are counted
   * @param lingeringClose how long the rest of a refused body is read and thrown away
   */
  ApiKeyFilter(ApiKeys keys, RefusedRequests refused, Duration lingeringClose) {
    this.keys = keys;
    this.refused = refused;
    this.lingeringClose = lingeringClose;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      if (!asksForHealth(request)) {
        keys.check(request.getHeader("Authorization"));
      }
    } catch (InferenceException e) {
      refused.count(Protocol.HTTP, e);
      response.setHeader("WWW-Authenticate", "Bearer");
      ErrorWriter.write(response, e);
      ClientConnection connection = ClientConnection.of(request);
      if (connection != null) {
        connection.discardBody(lingeringClose);
      }
      return;
    }
    chain.doFilter(request, response);
  }

  private static boolean asksForHealth(HttpServletRequest request) {
    return HEALTH.contains(request.getRequestURI());
  }
}
