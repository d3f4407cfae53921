package dev.verhulst.service;

import dev.verhulst.kernels.Devices;
import dev.verhulst.service.device.DeviceProperties;
import dev.verhulst.service.device.ServiceDevice;
import dev.verhulst.service.device.WarmUp;
import dev.verhulst.service.lifecycle.StartException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Opens the device and warms its first kernels on a thread of its own, from the moment on at which
 * the settings are known: the rest of the start goes on beside it.
 */
final class DeviceStart
    implements ApplicationContextInitializer<GenericApplicationContext>, DisposableBean {

  private static final String BEAN = "deviceStart";

  private final CompletableFuture<ServiceDevice> device = new CompletableFuture<>();
  private final CompletableFuture<WarmUp> warmUp = new CompletableFuture<>();

  @Override
  public void initialize(GenericApplicationContext context) {
    DeviceProperties properties =
        Binder.get(context.getEnvironment()).bindOrCreate("verhulst", DeviceProperties.class);
    List<String> unknown = WarmUp.unknownFunctions(properties.warmUp());
    if (!unknown.isEmpty()) {
      throw new StartException(
          "verhulst.warm-up names "
              + String.join(", ", unknown)
              + ", but there are only the models "
              + String.join(", ", WarmUp.functions()));
    }
    DefaultListableBeanFactory beans = context.getDefaultListableBeanFactory();
    beans.registerSingleton(BEAN, this);
    // The first to be registered is the last to be destroyed, also where the start fails later.
    beans.registerDisposableBean(BEAN, this);
    Thread.ofPlatform().name("verhulst-device").daemon().start(() -> open(properties));
  }

  private void open(DeviceProperties properties) {
    try {
      ServiceDevice opened =
          ServiceDevice.open(
              properties,
              Devices.ofThisMachine(properties.cuda().ordinals(), properties.cuda().tf32()));
      device.complete(opened);
      WarmUp started = new WarmUp(opened, properties.warmUp(), System::nanoTime);
      started.start();
      warmUp.complete(started);
    } catch (Throwable e) {
      device.completeExceptionally(e);
      warmUp.completeExceptionally(e);
    }
  }

  /**
   * The device; waits until it is open.
   *
   * @throws dev.verhulst.kernels.DeviceUnavailableException where it cannot be had
   */
  ServiceDevice device() {
    return result(device);
  }

  /** The warm-up, under way. */
  WarmUp warmUp() {
    return result(warmUp);
  }

  /** Ends the warm-up and closes the device. */
  @Override
  public void destroy() {
    close(warmUp);
    close(device);
  }

  private static void close(CompletableFuture<? extends AutoCloseable> opened) {
    try {
      opened.join().close();
    } catch (Exception e) {
      // What could not be opened was reported as the failure of the start.
    }
  }

  private static <T> T result(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
