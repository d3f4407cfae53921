package dev.verhulst.benchmarks.service;

import dev.verhulst.kernels.Device;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the {@link RawServer}: reads a head of HTTP and the JSON behind it, of which
 * only the lengths count, then a tensor straight into the buffer that it is computed in and
 * answered from.
 */
final class RawConnection extends ChannelInboundHandlerAdapter {

  private static final int HEAD_ROOM = 4096;

  private final Device device;
  private final ByteBuffer head = ByteBuffer.allocateDirect(HEAD_ROOM);
  private final MemorySegment headMemory = MemorySegment.ofBuffer(head);
  private @Nullable RawTensor tensor;
  private boolean inTensor;

  RawConnection(Device device) {
    this.device = device;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf received = (ByteBuf) message;
    try {
      while (received.isReadable()) {
        if (!inTensor) {
          transfer(received, head);
          readHead();
        }
        if (inTensor && tensor != null) {
          transfer(received, tensor.unread());
          if (!tensor.unread().hasRemaining()) {
            tensor.compute(device);
            var _ = context.writeAndFlush(tensor.answer(), context.voidPromise());
            inTensor = false;
          }
        }
      }
    } finally {
      received.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (tensor != null) {
      tensor.close();
      tensor = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    cause.printStackTrace();
    var _ = context.close();
  }

  /** Goes on to the tensor where the head and the JSON are there, with what came behind them. */
  private void readHead() {
    HttpHead request = HttpHead.find(headMemory, head.position());
    if (!request.isComplete()) {
      return;
    }
    long jsonLength = request.number(HttpHead.JSON_LENGTH);
    int tensorStart = request.byteSize() + (int) jsonLength;
    if (head.position() < tensorStart) {
      return;
    }
    int tensorBytes = (int) (request.number(HttpHead.CONTENT_LENGTH) - jsonLength);
    if (tensor == null || tensor.byteSize() != tensorBytes) {
      if (tensor != null) {
        tensor.close();
      }
      tensor = new RawTensor(device, tensorBytes);
    }
    tensor.unread().clear();
    head.flip().position(tensorStart);
    tensor.unread().put(head);
    head.clear();
    inTensor = true;
  }

  private static void transfer(ByteBuf from, ByteBuffer to) {
    int count = Math.min(from.readableBytes(), to.remaining());
    if (count > 0) {
      int limit = to.limit();
      from.readBytes(to.limit(to.position() + count));
      to.limit(limit);
    }
  }
}
