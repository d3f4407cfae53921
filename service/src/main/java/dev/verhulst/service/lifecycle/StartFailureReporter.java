package dev.verhulst.service.lifecycle;

import dev.verhulst.kernels.DeviceUnavailableException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/**
 * Says in one line why the server does not start, where the reason lies outside of the program: a
 * setting, a port, a device. Everything else is a bug, and is left to Spring Boot with its stack
 * trace.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReporter implements SpringBootExceptionReporter {

  private static final Logger LOG = LoggerFactory.getLogger("dev.verhulst.service");

  @Override
  public boolean reportException(Throwable failure) {
    String reason = reason(failure);
    if (reason == null) {
      return false;
    }
    LOG.error("Verhulst cannot start: {}", reason);
    return true;
  }

  static @Nullable String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String reason =
          switch (cause) {
            case StartException e -> e.getMessage();
            case DeviceUnavailableException e -> e.getMessage();
            case PortInUseException e -> portInUse(e.getPort() + "", "server.port");
            case IOException e when isGrpcPort(e) ->
                portInUse(afterLastColon(e), "spring.grpc.server.port");
            case WebServerException e when e.getCause() instanceof FileSystemException ->
                "it needs a directory for temporary files that it can write to, and "
                    + System.getProperty("java.io.tmpdir")
                    + " is none; mount one there, or set -Djava.io.tmpdir";
            case BindException e -> reason(e);
            default -> null;
          };
      if (reason != null) {
        return reason;
      }
    }
    return null;
  }

  private static String portInUse(String port, String setting) {
    return "port " + port + " is in use; stop what holds it, or choose another with --" + setting;
  }

  private static boolean isGrpcPort(IOException failure) {
    return String.valueOf(failure.getMessage()).startsWith("Failed to bind to address");
  }

  /** The port of an address that ends a message. */
  private static String afterLastColon(IOException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.substring(message.lastIndexOf(':') + 1);
  }

  /** A value that is of the wrong type, or that a class of properties refuses. */
  private static String reason(BindException failure) {
    ConfigurationProperty property = failure.getProperty();
    if (property != null) {
      return failure.getName() + " cannot be '" + property.getValue() + "': " + expected(failure);
    }
    String message = rootMessage(failure);
    boolean isNamed = message.startsWith(failure.getName().toString());
    return isNamed ? message : failure.getName() + ": " + message;
  }

  private static String expected(BindException failure) {
    Class<?> type = failure.getTarget().getType().resolve(Object.class);
    if (type.isEnum()) {
      return "expected one of "
          + Arrays.stream(type.getEnumConstants())
              .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }
    if (Number.class.isAssignableFrom(ClassUtils.resolvePrimitiveIfNecessary(type))) {
      return "expected a whole number";
    }
    if (type == DataSize.class) {
      return "expected a size, e.g. 512MB";
    }
    if (type == Duration.class) {
      return "expected a duration, e.g. 500ms or 30s";
    }
    return rootMessage(failure);
  }

  /** The first line of what lies at the bottom. */
  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Objects.requireNonNullElse(root.getMessage(), root.toString())
        .lines()
        .findFirst()
        .orElse("");
  }
}
