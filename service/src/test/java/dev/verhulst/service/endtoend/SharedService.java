package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one service that they share, and a client of it. After each class of tests it
 * holds the service to what is true of any that has nothing to do: live, ready, no lease open.
 */
final class SharedService implements ParameterResolver, AfterAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(SharedService.class);

  /** The service and its client, for as long as there are tests. */
  private static final class Shared implements AutoCloseable {

    final ServiceProcess service = ServiceProcess.start("--verhulst.memory.budget=4GB");
    final VerhulstClient client = VerhulstClient.connect(service.url());

    @Override
    public void close() {
      client.close();
      service.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ServiceProcess.class || type == VerhulstClient.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Shared shared = shared(context);
    return parameter.getParameter().getType() == ServiceProcess.class
        ? shared.service
        : shared.client;
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Shared shared = shared(context);
    assertThat(shared.client.isLive()).isTrue();
    assertThat(shared.client.isReady()).isTrue();
    shared.service.assertNoOpenLease();
  }

  private static Shared shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Shared.class, unused -> new Shared(), Shared.class);
  }
}
