package dev.verhulst.benchmarks.service;

import dev.verhulst.kernels.ActivationTask;
import dev.verhulst.kernels.DataType;
import dev.verhulst.kernels.Device;
import dev.verhulst.kernels.HostBuffer;
import dev.verhulst.kernels.activation.Sigmoid;
import dev.verhulst.kernels.cpu.CpuDevice;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The least that a server can do: it reads a sigmoid request, computes it in place with the
 * service's kernel and answers in the same layout, on Netty's epoll transport, an event loop for
 * each processor. It has no batching, no validation, no metrics, no budget of memory. It is what
 * the service's overhead is measured against.
 */
final class RawServer implements AutoCloseable {

  /** How long the kernel runs before the first request. */
  private static final long WARM_UP_NANOSECONDS = 1_500_000_000;

  private static final int WARM_UP_ELEMENTS = 1 << 14;

  private final Device device = new CpuDevice();
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          Runtime.getRuntime().availableProcessors(), EpollIoHandler.newFactory());
  private final Channel channel;

  /**
   * Starts it on a port of this machine's loopback interface.
   *
   * @param port 0 for any that is free
   */
  RawServer(int port) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection.pipeline().addLast(new RawConnection(device));
                  }
                });
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    channel = bootstrap.bind(address).syncUninterruptibly().channel();
  }

  /** Its argument: the port. It serves until the process is ended. */
  public static void main(String[] arguments) {
    warmUp();
    RawServer server = new RawServer(Integer.parseInt(arguments[0]));
    server.channel.closeFuture().syncUninterruptibly();
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    device.close();
  }

  private static void warmUp() {
    try (Device device = new CpuDevice();
        HostBuffer buffer = device.allocate(WARM_UP_ELEMENTS * 4L)) {
      MemorySegment tensor = buffer.segment().fill((byte) 0);
      ActivationTask task =
          new ActivationTask(
              WARM_UP_ELEMENTS, WARM_UP_ELEMENTS, tensor, null, null, tensor, null, null);
      long start = System.nanoTime();
      while (System.nanoTime() - start < WARM_UP_NANOSECONDS) {
        device.run(new Sigmoid(), DataType.FP32, List.of(task));
      }
    }
  }
}
