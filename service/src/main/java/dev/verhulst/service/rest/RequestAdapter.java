package dev.verhulst.service.rest;

import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Tells a connection of each request that begins, before the container does anything with it: some
 * requests, as {@code OPTIONS *}, it answers itself. Hands the servlet the connection of each
 * request, which the servlet API has no word for.
 */
final class RequestAdapter implements Adapter {

  private final Adapter container;

  RequestAdapter(Adapter container) {
    this.container = container;
  }

  @Override
  public void service(Request request, Response response) throws Exception {
    ClientConnection connection = ConnectionProcessor.of(request);
    if (connection != null) {
      connection.beginRequest();
      request.setAttribute(ClientConnection.ATTRIBUTE, connection);
    }
    container.service(request, response);
  }

  @Override
  public boolean prepare(Request request, Response response) throws Exception {
    return container.prepare(request, response);
  }

  @Override
  public boolean asyncDispatch(Request request, Response response, SocketEvent event)
      throws Exception {
    return container.asyncDispatch(request, response, event);
  }

  @Override
  public void log(Request request, Response response, long milliseconds) {
    container.log(request, response, milliseconds);
  }

  @Override
  public void checkRecycled(Request request, Response response) {
    container.checkRecycled(request, response);
  }

  @Override
  public String getDomain() {
    return container.getDomain();
  }
}
