package dev.verhulst.client;

import dev.verhulst.client.server.FakeServer;
import dev.verhulst.client.server.FakeServer.Received;
import dev.verhulst.client.server.FakeServer.Reply;

/** A server whose every model answers the bytes of its input as FP32, under the name asked for. */
final class EchoServer {

  private EchoServer() {}

  static FakeServer start() {
    return new FakeServer().behave(EchoServer::echo);
  }

  static Reply echo(Received request) {
    byte[] tensor = request.binary();
    String model = request.path().split("/")[3];
    String output =
        request.json().replaceAll("(?s).*\"outputs\":\\[\\{\"name\":\"([^\"]*)\".*", "$1");
    return Reply.binary(
        "{\"model_name\":\"%s\",\"outputs\":[{\"name\":\"%s\",\"datatype\":\"FP32\",\"shape\":[%d],\"parameters\":{\"binary_data_size\":%d}}]}"
            .formatted(model, output, tensor.length / 4, tensor.length),
        tensor);
  }
}
