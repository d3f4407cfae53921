package dev.verhulst.benchmarks.service;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * How much memory another JVM has allocated on its heap so far: all threads, carriers of virtual
 * threads among them, ended or not. Read through JMX, since the counters of the garbage collector
 * move only when it runs.
 */
@SuppressWarnings("BanJNDI") // The address comes from the JVM itself, through the attach mechanism.
final class AllocatedBytes implements AutoCloseable {

  private final JMXConnector connector;
  private final MBeanServerConnection beans;
  private final ObjectName threading;

  private static final int READINGS = 20;

  /**
   * What one reading itself allocates in the other JVM: the least that was seen, since the first
   * ones load classes, and a server that still warms up allocates besides.
   */
  private final long ownBytes;

  private long last;

  /**
   * Attaches to a JVM of the same user.
   *
   * @param processId its process
   */
  AllocatedBytes(long processId) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(processId));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
      beans = connector.getMBeanServerConnection();
      threading = new ObjectName("java.lang:type=Threading");
      ownBytes = least(READINGS);
      last = total();
    } catch (AttachNotSupportedException | JMException failure) {
      throw new IOException("cannot read the allocations of process " + processId, failure);
    }
  }

  /** What has been allocated since the last call, this reading aside. */
  long sinceLast() throws IOException {
    long now = total();
    long allocated = Math.max(0, now - last - ownBytes);
    last = now;
    return allocated;
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }

  private long least(int readings) throws IOException {
    long least = Long.MAX_VALUE;
    long before = total();
    for (int i = 0; i < readings; i++) {
      long now = total();
      least = Math.min(least, now - before);
      before = now;
    }
    return least;
  }

  private long total() throws IOException {
    try {
      return (Long) beans.getAttribute(threading, "TotalThreadAllocatedBytes");
    } catch (JMException failure) {
      throw new IOException("the JVM does not tell its allocations", failure);
    }
  }
}
