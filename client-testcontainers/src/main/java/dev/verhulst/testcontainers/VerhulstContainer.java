package dev.verhulst.testcontainers;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The service in a container, ready to be called once it is started:
 *
 * <pre>{@code
 * try (VerhulstContainer verhulst = new VerhulstContainer("verhulst")) {
 *   verhulst.start();
 *   VerhulstClient client = VerhulstClient.connect(verhulst.httpUrl());
 * }
 * }</pre>
 */
public class VerhulstContainer extends GenericContainer<VerhulstContainer> {

  /** Where the service listens for HTTP, within the container. */
  public static final int HTTP_PORT = 8000;

  /** Where the service listens for gRPC, within the container. */
  public static final int GRPC_PORT = 8001;

  /** Where the service shows its health and its metrics, within the container. */
  public static final int MANAGEMENT_PORT = 8002;

  private static final String MODELS = "/models";
  private static final int ANYONE = 0777;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Map<String, String> settings = new LinkedHashMap<>();

  /**
   * @param image the image's name, as it was tagged when it was built
   */
  public VerhulstContainer(String image) {
    this(DockerImageName.parse(image));
  }

  /**
   * @param image the image's name, as it was tagged when it was built
   */
  public VerhulstContainer(DockerImageName image) {
    super(image);
    withExposedPorts(HTTP_PORT, GRPC_PORT, MANAGEMENT_PORT);
    waitingFor(new ReadyWaitStrategy().withStartupTimeout(PATIENCE));
  }

  /**
   * Sets one of the service's settings, as {@code docs/configuration.md} lists them, in place of
   * what an earlier call or the container's command set it to.
   *
   * @param name such as {@code verhulst.memory.budget}
   * @param value such as {@code 256MB}
   */
  public VerhulstContainer withSetting(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /**
   * Gives the service a directory of models. It is copied into the container, where the service can
   * read and write all of it, whoever may do so here.
   *
   * @param directory of the computer that the test runs on
   */
  public VerhulstContainer withModelRepository(Path directory) {
    return withCopyFileToContainer(MountableFile.forHostPath(directory, ANYONE), MODELS)
        .withSetting("verhulst.model-repository", MODELS);
  }

  /** Puts the settings after the rest of the command, at each start. */
  @Override
  protected void configure() {
    List<String> command = new ArrayList<>(List.of(getCommandParts()));
    settings.forEach(
        (name, value) -> {
          String option = "--" + name + "=";
          command.removeIf(argument -> argument.startsWith(option));
          command.add(option + value);
        });
    setCommandParts(command.toArray(new String[0]));
  }

  /** The base URL for calls over HTTP, for {@code VerhulstClient.connect}. */
  public String httpUrl() {
    return "http://" + getHost() + ":" + getMappedPort(HTTP_PORT);
  }

  /** The URL for calls over gRPC, for {@code VerhulstClient.connect} with the gRPC transport. */
  public String grpcUrl() {
    return "grpc://" + getHost() + ":" + getMappedPort(GRPC_PORT);
  }

  /** The base URL of the management port, whose {@code /metrics} Prometheus reads. */
  public String managementUrl() {
    return "http://" + getHost() + ":" + getMappedPort(MANAGEMENT_PORT);
  }
}
