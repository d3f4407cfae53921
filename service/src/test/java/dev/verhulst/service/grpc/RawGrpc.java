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
 * A connection for calls that no stub would make: of messages longer than protobuf can hold, say.
 */
public final class RawGrpc implements AutoCloseable {

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
   * Begins a call of one message, and sends nothing of the message yet but its length.
   *
   * @param method its name in the protocol, such as {@code ModelInfer}
   * @param byteSize the message's length as its frame says it, below 2³²
   */
  public Call begin(String method, long byteSize) throws Exception {
    CompletableFuture<End> end = new CompletableFuture<>();
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(connection).handler(new Trailers(end)).open().sync().get();
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .path("/inference.GRPCInferenceService/" + method)
            .scheme("http")
            .authority("localhost")
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers)).sync();
    ByteBuf prefix = Unpooled.buffer(5).writeByte(0).writeInt((int) byteSize);
    stream.writeAndFlush(new DefaultHttp2DataFrame(prefix)).sync();
    return new Call(stream, end);
  }

  @Override
  public void close() {
    connection.close();
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** A call under way. Closing it resets its stream, as clients do whose call has ended early. */
  public static final class Call implements AutoCloseable {

    private final Http2StreamChannel stream;
    private final CompletableFuture<End> end;

    private Call(Http2StreamChannel stream, CompletableFuture<End> end) {
      this.stream = stream;
      this.end = end;
    }

    /**
     * Sends more of the message, as fast as the server takes it; no more once the call has ended.
     *
     * @param last whether the client sends nothing after it
     * @return whether the server has taken all of it
     */
    public boolean send(byte[] bytes, boolean last) throws InterruptedException {
      ChannelFuture written =
          stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), last));
      while (!written.isDone() && !end.isDone()) {
        written.await(10, TimeUnit.MILLISECONDS);
      }
      return written.isSuccess();
    }

    /** Waits for the end of the call, for up to 20 s. */
    public End end() throws Exception {
      return end.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      stream.close().syncUninterruptibly();
    }
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
      end.completeExceptionally(new AssertionError("the stream was closed without a status"));
    }
  }
}
