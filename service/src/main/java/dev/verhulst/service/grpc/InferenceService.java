package dev.verhulst.service.grpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/**
 * The Open Inference Protocol's service: what is generated for it, with the two methods that carry
 * tensors replaced by ones that leave the messages where they are.
 */
final class InferenceService implements BindableService {

  private final BindableService generated;
  private final ServerCallHandler<IncomingMessage, OutgoingMessage> infer;
  private final ServerCallHandler<IncomingMessage, OutgoingMessage> streamInfer;

  InferenceService(
      BindableService generated,
      ServerCallHandler<IncomingMessage, OutgoingMessage> infer,
      ServerCallHandler<IncomingMessage, OutgoingMessage> streamInfer) {
    this.generated = generated;
    this.infer = infer;
    this.streamInfer = streamInfer;
  }

  @Override
  public ServerServiceDefinition bindService() {
    ServerServiceDefinition definition = SmallMessages.in(generated.bindService());
    ServiceDescriptor descriptor = definition.getServiceDescriptor();
    ServiceDescriptor.Builder served =
        ServiceDescriptor.newBuilder(descriptor.getName())
            .setSchemaDescriptor(descriptor.getSchemaDescriptor());
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    for (ServerMethodDefinition<?, ?> method : definition.getMethods()) {
      ServerMethodDefinition<?, ?> chosen =
          switch (String.valueOf(method.getMethodDescriptor().getBareMethodName())) {
            case "ModelInfer" -> raw(method.getMethodDescriptor(), infer);
            case "ModelStreamInfer" -> raw(method.getMethodDescriptor(), streamInfer);
            default -> method;
          };
      methods.add(chosen);
      served.addMethod(chosen.getMethodDescriptor());
    }
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(served.build());
    methods.forEach(service::addMethod);
    return service.build();
  }

  private static ServerMethodDefinition<?, ?> raw(
      MethodDescriptor<?, ?> method, ServerCallHandler<IncomingMessage, OutgoingMessage> handler) {
    return ServerMethodDefinition.create(
        MethodDescriptor.newBuilder(MessageMarshaller.REQUEST, MessageMarshaller.RESPONSE)
            .setFullMethodName(method.getFullMethodName())
            .setType(method.getType())
            .setSchemaDescriptor(method.getSchemaDescriptor())
            .build(),
        handler);
  }
}
