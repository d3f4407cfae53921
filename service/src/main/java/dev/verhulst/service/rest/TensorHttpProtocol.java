package dev.verhulst.service.rest;

import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * The container's HTTP/1.1 connector, with an endpoint and processors of ours. Public, with a
 * public constructor, because the container makes it by its name.
 */
public final class TensorHttpProtocol extends Http11NioProtocol {

  public TensorHttpProtocol() {
    super(new TensorEndpoint());
  }

  @Override
  public void setAdapter(Adapter adapter) {
    super.setAdapter(new RequestAdapter(adapter));
  }

  @Override
  protected Processor createProcessor() {
    return new ConnectionProcessor(this, getAdapter());
  }
}
