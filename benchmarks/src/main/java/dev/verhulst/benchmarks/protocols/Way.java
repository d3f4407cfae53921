package dev.verhulst.benchmarks.protocols;

import dev.verhulst.client.protocol.ProtocolHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to have the service compute the sigmoid of a tensor. */
enum Way {
  JSON("JSON over HTTP") {
    @Override
    Caller connect(int httpPort, int grpcPort, int tensorBytes) throws IOException {
      ByteBuffer tensor = tensor(tensorBytes);
      StringBuilder json = new StringBuilder("{\"inputs\":[{\"name\":\"x\",\"shape\":[");
      json.append(tensorBytes / Float.BYTES).append("],\"datatype\":\"FP32\",\"data\":[");
      for (int i = 0; i < tensorBytes; i += Float.BYTES) {
        json.append(i == 0 ? "" : ",").append(tensor.getFloat(i));
      }
      return new HttpCaller(
          httpPort,
          INFER,
          "Content-Type: application/json\r\n",
          ascii(json.append("]}]}").toString()),
          LARGEST_NUMBER * (tensorBytes / Float.BYTES) + ANSWER_HEADER);
    }
  },

  BINARY("binary over HTTP") {
    @Override
    Caller connect(int httpPort, int grpcPort, int tensorBytes) throws IOException {
      String json =
          """
          {"inputs":[{"name":"x","shape":[%d],"datatype":"FP32","parameters":{"binary_data_size":%d}}],\
          "outputs":[{"name":"y","parameters":{"binary_data":true}}]}"""
              .formatted(tensorBytes / Float.BYTES, tensorBytes);
      ByteBuffer body = ByteBuffer.allocateDirect(json.length() + tensorBytes);
      body.put(ascii(json)).put(tensor(tensorBytes)).flip();
      return new HttpCaller(
          httpPort,
          INFER,
          ProtocolHeaders.INFERENCE_HEADER_CONTENT_LENGTH + ": " + json.length() + "\r\n",
          body,
          tensorBytes + ANSWER_HEADER);
    }
  },

  CLIENT("binary over HTTP, the Java client") {
    @Override
    Caller connect(int httpPort, int grpcPort, int tensorBytes) {
      return new ClientCaller(httpPort, tensor(tensorBytes));
    }
  },

  JDK("binary over HTTP, the JDK's client") {
    @Override
    Caller connect(int httpPort, int grpcPort, int tensorBytes) {
      return new JdkCaller(httpPort, INFER, tensor(tensorBytes));
    }
  },

  GRPC("gRPC") {
    @Override
    Caller connect(int httpPort, int grpcPort, int tensorBytes) {
      return new GrpcCaller(grpcPort, tensor(tensorBytes));
    }
  },

  SHARED_MEMORY("shared memory, asked over HTTP") {
    @Override
    Caller connect(int httpPort, int grpcPort, int tensorBytes) throws IOException {
      String name = "verhulst-benchmark-" + REGIONS.incrementAndGet();
      Path file = Path.of("/dev/shm", name);
      try (FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        channel.map(FileChannel.MapMode.READ_WRITE, 0, 2L * tensorBytes).put(tensor(tensorBytes));
      }
      String key =
          "{\"key\":\"/%s\",\"offset\":0,\"byte_size\":%d}".formatted(name, 2L * tensorBytes);
      try (Caller register =
          new HttpCaller(
              httpPort,
              "/v2/systemsharedmemory/region/" + name + "/register",
              "",
              ascii(key),
              ANSWER_HEADER)) {
        register.call();
      }
      String json =
          """
          {"inputs":[{"name":"x","shape":[%d],"datatype":"FP32","parameters":\
          {"shared_memory_region":"%s","shared_memory_byte_size":%d}}],\
          "outputs":[{"name":"y","parameters":\
          {"shared_memory_region":"%s","shared_memory_byte_size":%d,"shared_memory_offset":%d}}]}"""
              .formatted(
                  tensorBytes / Float.BYTES, name, tensorBytes, name, tensorBytes, tensorBytes);
      Caller infer = new HttpCaller(httpPort, INFER, "", ascii(json), ANSWER_HEADER);
      return new Caller() {
        @Override
        public void call() throws IOException {
          infer.call();
        }

        @Override
        public void close() throws IOException {
          infer.close();
          Files.delete(file);
        }
      };
    }
  };

  private static final String INFER = "/v2/models/sigmoid/infer";
  private static final int ANSWER_HEADER = 4096;
  private static final int LARGEST_NUMBER = 24;
  private static final AtomicInteger REGIONS = new AtomicInteger();

  private final String label;

  Way(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  /** A client with a connection of its own. */
  abstract Caller connect(int httpPort, int grpcPort, int tensorBytes) throws IOException;

  /** Numbers from -8 to 8. */
  private static ByteBuffer tensor(int tensorBytes) {
    ByteBuffer tensor = ByteBuffer.allocateDirect(tensorBytes).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(1);
    while (tensor.hasRemaining()) {
      tensor.putFloat((float) random.nextDouble(-8, 8));
    }
    return tensor.flip();
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
