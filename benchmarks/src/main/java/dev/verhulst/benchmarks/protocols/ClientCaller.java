package dev.verhulst.benchmarks.protocols;

import dev.verhulst.client.VerhulstClient;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Asks through the Java client over HTTP, from and to arrays of floats. */
final class ClientCaller implements Caller {

  private final VerhulstClient client;
  private final float[] x;

  /**
   * @param tensor in FP32
   */
  ClientCaller(int port, ByteBuffer tensor) {
    client = VerhulstClient.connect("http://localhost:" + port);
    x = new float[tensor.remaining() / Float.BYTES];
    tensor.asFloatBuffer().get(x);
  }

  @Override
  public void call() throws IOException {
    float[] y = client.sigmoid(x);
    if (y.length != x.length) {
      throw new IOException("the answer has " + y.length + " elements");
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
