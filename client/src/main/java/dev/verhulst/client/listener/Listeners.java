package dev.verhulst.client.listener;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Several listeners as one, none of which can harm a call or another listener. */
public final class Listeners implements ClientListener {

  private static final Logger LOGGER = System.getLogger("dev.verhulst.client");

  private final List<ClientListener> listeners;

  public Listeners(List<ClientListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public CallListener started(CallStart call) {
    if (listeners.isEmpty()) {
      return CallListener.SILENT;
    }
    return new Calls(listeners.stream().map(listener -> start(listener, call)).toList());
  }

  private static CallListener start(ClientListener listener, CallStart call) {
    try {
      return listener.started(call);
    } catch (RuntimeException e) {
      report(e);
      return CallListener.SILENT;
    }
  }

  private static void report(RuntimeException failure) {
    LOGGER.log(Level.WARNING, "a listener of the client failed, which changes no call", failure);
  }

  private record Calls(List<CallListener> listeners) implements CallListener {

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      tell(listener -> headers.putAll(listener.headers()));
      return headers;
    }

    @Override
    public void retrying(Retry retry) {
      tell(listener -> listener.retrying(retry));
    }

    @Override
    public void succeeded(CallEnd end, long tensorBytes) {
      tell(listener -> listener.succeeded(end, tensorBytes));
    }

    @Override
    public void failed(CallEnd end, RuntimeException failure) {
      tell(listener -> listener.failed(end, failure));
    }

    private void tell(Consumer<CallListener> event) {
      for (CallListener listener : listeners) {
        try {
          event.accept(listener);
        } catch (RuntimeException e) {
          report(e);
        }
      }
    }
  }
}
