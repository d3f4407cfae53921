package dev.verhulst.client.protocol;

/** The HTTP headers of the binary tensor extension. */
public final class ProtocolHeaders {

  /** The length in bytes of the JSON part of a body; what follows are the binary tensors. */
  public static final String INFERENCE_HEADER_CONTENT_LENGTH = "Inference-Header-Content-Length";

  private ProtocolHeaders() {}
}
