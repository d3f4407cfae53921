package dev.verhulst.service.rest;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Hands the servlet the connection of each request, which the servlet API has no word for. */
final class ConnectionValve extends ValveBase {

  ConnectionValve() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    ClientConnection connection = ConnectionProcessor.of(request.getCoyoteRequest());
    if (connection != null) {
      request.getCoyoteRequest().setAttribute(ClientConnection.ATTRIBUTE, connection);
    }
    getNext().invoke(request, response);
  }
}
