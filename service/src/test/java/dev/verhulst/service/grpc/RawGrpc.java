package dev.verhulst.service.grpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A connection over which ModelInfer is called with messages that no client would make: of a length
 * that protobuf cannot hold, say.
 */
public final class RawGrpc implements AutoCloseable {

  private static final byte[] PART = new byte[1 << 20];

  private final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel connection;

  /** How a call ended, by its trailers. */
  public record End(String status, String message) {}

  public RawGrpc(int port) throws InterruptedException {
    connection =
        new Bootstrap()
            .group(threads)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect("localhost", port)
            .sync()
            .channel();
  }

  /**
   * Calls with one message of zeros.
   *
   * @param declared the message's length as its frame says it, below 2³²
   * @param sent how many bytes of it are sent, unless the server does not take them
   */
  public End call(long declared, long sent) throws Exception {
    CompletableFuture<End> end = new CompletableFuture<>();
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(connection).handler(new Trailers(end)).open().sync().get();
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .path("/inference.GRPCInferenceService/ModelInfer")
            .scheme("http")
            .authority("localhost")
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers)).sync();
    ByteBuf frame = Unpooled.buffer(5).writeByte(0).writeInt((int) declared);
    stream.writeAndFlush(new DefaultHttp2DataFrame(frame)).sync();
    boolean taken = true;
    for (long left = sent; taken && left > 0; left -= PART.length) {
      ByteBuf part = Unpooled.wrappedBuffer(PART, 0, (int) Math.min(left, PART.length));
      ChannelFuture written = stream.writeAndFlush(new DefaultHttp2DataFrame(part));
      // A server that has refused the message makes no room for the rest of it.
      while (!end.isDone() && !written.await(10, TimeUnit.MILLISECONDS)) {
        Thread.onSpinWait();
      }
      taken = written.isSuccess();
    }
    try {
      return end.get(20, TimeUnit.SECONDS);
    } finally {
      stream.close();
    }
  }

  @Override
  public void close() {
    connection.close();
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Waits for a stream's last headers. */
  private static final class Trailers extends ChannelInboundHandlerAdapter {

    private final CompletableFuture<End> end;

    Trailers(CompletableFuture<End> end) {
      this.end = end;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      try {
        if (frame instanceof Http2HeadersFrame headers
            && headers.headers().contains("grpc-status")) {
          end.complete(
              new End(
                  String.valueOf(headers.headers().get("grpc-status")),
                  String.valueOf(headers.headers().get("grpc-message"))));
        }
      } finally {
        ReferenceCountUtil.release(frame);
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof Http2ResetFrame reset) {
        end.completeExceptionally(
            new AssertionError("the stream was reset without a status: " + reset.errorCode()));
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end.completeExceptionally(new AssertionError("the connection was closed without a status"));
    }
  }
}
