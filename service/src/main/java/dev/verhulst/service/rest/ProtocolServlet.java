package dev.verhulst.service.rest;

import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.description.ModelConfiguration;
import dev.verhulst.service.description.ModelDescriptions;
import dev.verhulst.service.description.RepositoryControl;
import dev.verhulst.service.description.ServerDescription;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.jobs.JobKind;
import dev.verhulst.service.lifecycle.ServerState;
import dev.verhulst.service.metrics.RefusedRequests;
import dev.verhulst.service.metrics.RefusedRequests.Protocol;
import dev.verhulst.service.model.Model;
import dev.verhulst.service.model.ModelUse;
import dev.verhulst.service.threads.EventLoopThread;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Open Inference Protocol over HTTP, all of it: what a path names, which method it takes, and
 * what an error looks like. It is one servlet of its own, since inference is far too short to go
 * through a framework's layers.
 */
final class ProtocolServlet extends HttpServlet {

  private static final Logger LOG = LoggerFactory.getLogger(ProtocolServlet.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final transient ServerState state;
  private final transient ServerDescription server;
  private final transient SharedMemoryEndpoint sharedMemory;
  private final transient ModelDescriptions models;
  private final transient RepositoryEndpoint repository;
  private final transient LoggingEndpoint logging;
  private final transient JobsEndpoint jobs;
  private final transient InferEndpoint infer;
  private final transient RefusedRequests refused;
  private final transient Duration lingeringClose;

  /**
   * @param refused where those requests are counted that no model counts
   * @param lingeringClose how long the rest of a refused body is read and thrown away
   */
  ProtocolServlet(
      ServerState state,
      ServerDescription server,
      ModelDescriptions models,
      RepositoryEndpoint repository,
      SharedMemoryEndpoint sharedMemory,
      LoggingEndpoint logging,
      JobsEndpoint jobs,
      InferEndpoint infer,
      RefusedRequests refused,
      Duration lingeringClose) {
    this.state = state;
    this.server = server;
    this.sharedMemory = sharedMemory;
    this.models = models;
    this.repository = repository;
    this.logging = logging;
    this.jobs = jobs;
    this.infer = infer;
    this.refused = refused;
    this.lingeringClose = lingeringClose;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) {
    try {
      answer(request, response);
    } catch (IOException e) {
      LOG.debug("{} {} broke off", request.getMethod(), request.getRequestURI(), e);
      request.setAttribute(JsonErrorReportValve.SEEN, true);
      noteFailure(response, e);
    }
    if (LOG.isDebugEnabled()) {
      LOG.debug("{} {}: {}", request.getMethod(), request.getRequestURI(), response.getStatus());
    }
  }

  /**
   * Has the container answer what it is, where somebody is left to read that; where the container
   * itself was reading, it has noted it already.
   */
  private static void noteFailure(HttpServletResponse response, IOException failure) {
    if (response.isCommitted() || response.getStatus() >= HttpServletResponse.SC_BAD_REQUEST) {
      return;
    }
    try {
      response.sendError(
          failure instanceof SocketTimeoutException
              ? HttpServletResponse.SC_REQUEST_TIMEOUT
              : HttpServletResponse.SC_BAD_REQUEST);
    } catch (IOException e) {
      LOG.debug("nobody is left to read that", e);
    }
  }

  private void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    try (ModelUse use = dispatch(request, response)) {
      if (use != null) {
        infer(use, request, response);
      }
    } catch (RuntimeException e) {
      InferenceException error = known(e, request);
      refused.count(Protocol.HTTP, error);
      refuse(request, response, error);
    }
  }

  /** From here on, the model counts what becomes of the request. */
  private void infer(ModelUse use, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      infer.handle(use.served(), request, response);
    } catch (RuntimeException e) {
      refuse(request, response, known(e, request));
    }
  }

  /** Whatever went wrong as the error that the caller gets; what is a bug is logged. */
  private static InferenceException known(RuntimeException failure, HttpServletRequest request) {
    if (failure instanceof InferenceException known && known.kind() != ErrorKind.INTERNAL) {
      return known;
    }
    LOG.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
    return failure instanceof InferenceException known
        ? known
        : new InferenceException(ErrorKind.INTERNAL, "internal error: " + failure);
  }

  private void refuse(
      HttpServletRequest request, HttpServletResponse response, InferenceException error)
      throws IOException {
    if (request.getHeader("Content-Encoding") != null) {
      response.setHeader("Accept-Encoding", ContentCoding.ACCEPTED);
    }
    ErrorWriter.write(response, error);
    ClientConnection connection = ClientConnection.of(request);
    if (connection != null) {
      connection.discardBody(lingeringClose);
    }
  }

  /**
   * Answers a request, but for one that is to be computed.
   *
   * @return the model of the latter; null where the request is answered
   */
  private @Nullable ModelUse dispatch(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RequestPath path = RequestPath.of(request.getRequestURI());
    if (!(path instanceof RequestPath.Infer)) {
      // Some of these take long, and none of them is in a hurry.
      EventLoopThread.leaveLoop();
    }
    switch (path) {
      case RequestPath.Infer(String name, String version) -> {
        expectMethod(request, response, "POST");
        expectRunning();
        return models.use(name, version);
      }
      case RequestPath.Live() -> {
        expectMethod(request, response, "GET");
        answerHealth(response, state.isLive());
      }
      case RequestPath.Ready() -> {
        expectMethod(request, response, "GET");
        answerHealth(response, state.isReady());
      }
      case RequestPath.Server() -> {
        expectMethod(request, response, "GET");
        JsonResponse.send(response, json -> Metadata.writeServer(json, server.extensions()));
      }
      case RequestPath.ModelMetadata(String name, String version) -> {
        expectMethod(request, response, "GET");
        Model model = models.find(name, version).model();
        List<String> versions = models.versions(name);
        JsonResponse.send(response, json -> Metadata.writeModel(json, model, versions));
      }
      case RequestPath.ModelReady(String name, String version) -> {
        expectMethod(request, response, "GET");
        models.find(name, version);
        answerHealth(response, state.isServing());
      }
      case RequestPath.ModelConfig(String name, String version) -> {
        expectMethod(request, response, "GET");
        ModelConfiguration configuration = models.configuration(name, version);
        JsonResponse.send(response, json -> ConfigurationJson.write(json, configuration));
      }
      case RequestPath.ModelStatistics(String name, String version) -> {
        expectMethod(request, response, "GET");
        sendStatistics(response, models.statistics(name, version));
      }
      case RequestPath.AllStatistics() -> {
        expectMethod(request, response, "GET");
        sendStatistics(response, models.statistics());
      }
      case RequestPath.RepositoryIndex() -> {
        expectMethod(request, response, "POST");
        repository.index(request, response);
      }
      case RequestPath.NamedRepository() -> {
        expectMethod(request, response, "POST");
        throw RepositoryControl.namedRepository();
      }
      case RequestPath.RepositoryLoad(String name) -> {
        expectMethod(request, response, "POST");
        repository.load(name, request, response);
      }
      case RequestPath.RepositoryUnload(String name) -> {
        expectMethod(request, response, "POST");
        repository.unload(name, request, response);
      }
      case RequestPath.Fit(String name) -> {
        expectMethod(request, response, "POST");
        jobs.submit(JobKind.FIT, name, request, response);
      }
      case RequestPath.Calibrate(String name) -> {
        expectMethod(request, response, "POST");
        jobs.submit(JobKind.CALIBRATE, name, request, response);
      }
      case RequestPath.JobList() -> {
        expectMethod(request, response, "GET");
        jobs.list(response);
      }
      case RequestPath.SingleJob(String id) -> {
        switch (request.getMethod()) {
          case "GET", "HEAD" -> jobs.show(id, response);
          case "DELETE" -> jobs.cancel(id, response);
          default -> throw notAllowed(response, "GET, HEAD, DELETE");
        }
      }
      case RequestPath.JobEvents(String id) -> {
        expectMethod(request, response, "GET");
        jobs.events(id, response);
      }
      case RequestPath.JobReport(String id) -> {
        expectMethod(request, response, "GET");
        jobs.report(id, response);
      }
      case RequestPath.JobReliability(String id, String label) -> {
        expectMethod(request, response, "GET");
        jobs.reliability(id, label, response);
      }
      case RequestPath.SharedMemoryStatus(String region) -> {
        expectMethod(request, response, "GET");
        sharedMemory.status(region, response);
      }
      case RequestPath.SharedMemoryRegister(String region) -> {
        expectMethod(request, response, "POST");
        sharedMemory.register(region, request, response);
      }
      case RequestPath.SharedMemoryUnregister(String region) -> {
        expectMethod(request, response, "POST");
        sharedMemory.unregister(region, request, response);
      }
      case RequestPath.Logging() -> {
        switch (request.getMethod()) {
          case "GET", "HEAD" -> logging.show(response);
          case "POST" -> logging.change(request, response);
          default -> throw notAllowed(response, "GET, HEAD, POST");
        }
      }
      case RequestPath.Description() -> {
        expectMethod(request, response, "GET");
        JsonResponse.send(response, OpenApi.json());
      }
      case RequestPath.Unknown() -> throw new InferenceException(ErrorKind.NOT_FOUND, "Not Found");
    }
    return null;
  }

  private static void sendStatistics(
      HttpServletResponse response, List<ModelDescriptions.NamedStatistics> statistics)
      throws IOException {
    JsonResponse.send(response, json -> StatisticsJson.write(json, statistics));
  }

  private static void expectMethod(
      HttpServletRequest request, HttpServletResponse response, String expected) {
    String method = request.getMethod();
    if (!method.equals(expected) && !(method.equals("HEAD") && expected.equals("GET"))) {
      throw notAllowed(response, expected.equals("GET") ? "GET, HEAD" : expected);
    }
  }

  private static InferenceException notAllowed(HttpServletResponse response, String expected) {
    response.setHeader("Allow", expected);
    return new InferenceException(ErrorKind.METHOD_NOT_ALLOWED, "Method Not Allowed");
  }

  private void expectRunning() {
    if (state.isStopping()) {
      throw InferenceException.unavailable(
          Rejection.STOPPING, "the server is shutting down", RETRY_AFTER);
    }
  }

  /** Yes is 200 and no is 400, both without a body; while shutting down, 503 with one. */
  private void answerHealth(HttpServletResponse response, boolean healthy) {
    if (state.isStopping()) {
      throw InferenceException.unavailable(
          Rejection.STOPPING, "the server is shutting down", RETRY_AFTER);
    }
    response.setStatus(healthy ? 200 : 400);
    response.setContentLength(0);
  }
}
