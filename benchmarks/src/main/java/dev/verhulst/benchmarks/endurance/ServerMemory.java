package dev.verhulst.benchmarks.endurance;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a server tells of its own memory: through JMX, and by its metrics. */
@SuppressWarnings("BanJNDI") // The address comes from the JVM itself, through the attach mechanism.
final class ServerMemory implements AutoCloseable {

  /**
   * What a server holds once its garbage is collected, in bytes.
   *
   * @param heap objects
   * @param direct direct byte buffers
   * @param tensors tensor memory: page-locked for a GPU, else native
   * @param device the GPU's, as far as the server knows it
   */
  record Held(long heap, long direct, long tensors, long device) {

    long sum() {
      return heap + direct + tensors + device;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "heap %.1f MB, direct %.1f MB, tensor memory %.1f MB, device %.1f MB",
          heap / 1e6,
          direct / 1e6,
          tensors / 1e6,
          device / 1e6);
    }
  }

  private static final int COLLECTIONS = 8;

  private final JMXConnector connector;
  private final MemoryMXBean memory;
  private final MBeanServerConnection beans;
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI metrics;

  /**
   * @param processId that of a JVM of the same user
   */
  ServerMemory(long processId, int managementPort) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(processId));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
    } catch (AttachNotSupportedException failure) {
      throw new IOException("cannot ask process " + processId + " for its memory", failure);
    }
    beans = connector.getMBeanServerConnection();
    memory =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    metrics = URI.create("http://localhost:" + managementPort + "/metrics");
  }

  Held collectAndMeasure() throws IOException, InterruptedException {
    // The least of several: what a server allocates by itself between collection and reading is no
    // memory that it keeps.
    long heap = Long.MAX_VALUE;
    for (int i = 0; i < COLLECTIONS; i++) {
      memory.gc();
      heap = Math.min(heap, memory.getHeapMemoryUsage().getUsed());
      Thread.sleep(200);
    }
    BufferPoolMXBean direct =
        ManagementFactory.newPlatformMXBeanProxy(
            beans, "java.nio:type=BufferPool,name=direct", BufferPoolMXBean.class);
    return new Held(
        heap,
        direct.getMemoryUsed(),
        (long) metric("verhulst_memory_allocated_bytes"),
        (long) metric("nv_gpu_memory_used_bytes"));
  }

  /** The sum of a metric over its labels; 0 where the server has none of that name. */
  double metric(String name) throws IOException, InterruptedException {
    String text =
        http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    return text.lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Override
  public void close() throws IOException {
    http.close();
    connector.close();
  }
}
