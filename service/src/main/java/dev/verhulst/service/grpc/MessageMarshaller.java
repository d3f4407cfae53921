package dev.verhulst.service.grpc;

import io.grpc.MethodDescriptor.Marshaller;
import java.io.InputStream;

/** Passes messages between the transport and the codec without looking into them. */
final class MessageMarshaller {

  /** Takes requests over. */
  static final Marshaller<IncomingMessage> REQUEST =
      new Marshaller<>() {
        @Override
        public InputStream stream(IncomingMessage message) {
          throw new UnsupportedOperationException("this is a bug: a server sends no requests");
        }

        @Override
        public IncomingMessage parse(InputStream stream) {
          return IncomingMessage.of(stream, InboundMemory.SHARE.get());
        }
      };

  /** Hands answers out. */
  static final Marshaller<OutgoingMessage> RESPONSE =
      new Marshaller<>() {
        @Override
        public InputStream stream(OutgoingMessage message) {
          return message;
        }

        @Override
        public OutgoingMessage parse(InputStream stream) {
          throw new UnsupportedOperationException("this is a bug: a server gets no answers");
        }
      };

  private MessageMarshaller() {}
}
