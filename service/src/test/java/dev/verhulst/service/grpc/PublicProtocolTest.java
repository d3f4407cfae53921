package dev.verhulst.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.verhulst.grpc.protocol.GrpcServiceProto;
import dev.verhulst.grpc.protocol.ModelConfigProto;
import inference.GrpcPredictV2;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The names, numbers and types on the wire are the published ones, so that stubs generated from the
 * public proto files work: {@code public-protocol.txt} lists them as they were read there.
 */
class PublicProtocolTest {

  private static final Path PUBLISHED = Path.of("src", "test", "resources", "public-protocol.txt");

  @Test
  void everyCallAndFieldIsAsPublished() throws IOException {
    List<String> published =
        Files.readAllLines(PUBLISHED).stream().filter(line -> !line.startsWith("#")).toList();
    assertThat(
            Stream.of(GrpcServiceProto.getDescriptor(), ModelConfigProto.getDescriptor())
                .flatMap(PublicProtocolTest::lines))
        .containsExactlyInAnyOrderElementsOf(published);
  }

  /** The file of the Open Inference Protocol as KServe publishes it, in somebody else's library. */
  @Test
  void everyCallAndFieldOfTheOpenInferenceProtocolIsThere() {
    assertThat(lines(GrpcPredictV2.getDescriptor()).toList())
        .hasSizeGreaterThan(40)
        .isSubsetOf(lines(GrpcServiceProto.getDescriptor()).toList());
  }

  private static Stream<String> lines(FileDescriptor file) {
    Stream<String> calls =
        file.getServices().stream()
            .flatMap(service -> service.getMethods().stream())
            .map(
                call ->
                    "%s(%s%s) returns (%s%s)"
                        .formatted(
                            call.getFullName(),
                            call.isClientStreaming() ? "stream " : "",
                            call.getInputType().getFullName(),
                            call.isServerStreaming() ? "stream " : "",
                            call.getOutputType().getFullName()));
    return Stream.of(
            calls,
            file.getMessageTypes().stream().flatMap(PublicProtocolTest::lines),
            file.getEnumTypes().stream().flatMap(PublicProtocolTest::lines))
        .flatMap(lines -> lines);
  }

  private static Stream<String> lines(Descriptor message) {
    Stream<String> fields =
        message.getFields().stream()
            .map(
                field ->
                    "%s = %d %s%s"
                        .formatted(
                            field.getFullName(),
                            field.getNumber(),
                            field.isRepeated() ? "repeated " : "",
                            type(field)));
    return Stream.of(
            fields,
            message.getNestedTypes().stream().flatMap(PublicProtocolTest::lines),
            message.getEnumTypes().stream().flatMap(PublicProtocolTest::lines))
        .flatMap(lines -> lines);
  }

  private static Stream<String> lines(EnumDescriptor type) {
    return type.getValues().stream()
        .map(value -> "%s = %d".formatted(value.getFullName(), value.getNumber()));
  }

  private static String type(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
