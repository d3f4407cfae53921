package dev.verhulst.service.rest;

import dev.verhulst.heads.calibration.ReliabilityDiagram;
import dev.verhulst.heads.training.HeadCalibration;
import dev.verhulst.service.compression.ContentCoding;
import dev.verhulst.service.exchange.RequestMemory;
import dev.verhulst.service.inference.ErrorKind;
import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.jobs.HeadJobs;
import dev.verhulst.service.jobs.Job;
import dev.verhulst.service.jobs.JobKind;
import dev.verhulst.service.jobs.JobResult;
import dev.verhulst.service.jobs.JobStatus;
import dev.verhulst.service.jobs.JobWork;
import dev.verhulst.service.jobs.PlannedJob;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs over HTTP: sent, looked at, followed, cancelled. */
final class JobsEndpoint {

  private final @Nullable HeadJobs heads;
  private final HttpProperties properties;
  private final ExchangeBuffers.Pool buffersPool = new ExchangeBuffers.Pool(2);

  /**
   * @param heads null where jobs are switched off
   */
  JobsEndpoint(@Nullable HeadJobs heads, HttpProperties properties) {
    this.heads = heads;
    this.properties = properties;
  }

  /** Takes a job, and answers with where it can be looked at. */
  void submit(JobKind kind, String model, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HeadJobs accepting = enabled();
    Job job = submit(accepting, kind, model, request);
    JobStatus status = job.status();
    response.setStatus(HttpServletResponse.SC_ACCEPTED);
    response.setHeader("Location", RequestPath.JOBS + status.id());
    JsonResponse.send(response, json -> JobJson.write(json, status));
  }

  private Job submit(HeadJobs accepting, JobKind kind, String model, HttpServletRequest request)
      throws IOException {
    RequestMemory memory = accepting.memory();
    boolean accepted = false;
    try (ExchangeBuffers buffers = buffersPool.take();
        RequestBody body =
            new RequestBody(
                request,
                ClientConnection.of(request),
                ContentCoding.ofRequest(request.getHeader("Content-Encoding")),
                properties)) {
      RequestDecoder decoder =
          new RequestDecoder(model, List.of(), JobRequestReader::read, body, memory, buffers);
      RequestHeader header = decoder.decode(request);
      Job known = accepting.jobs().known(kind, model, header.request().id());
      if (known != null) {
        discard(request);
        return known;
      }
      accepting.jobs().expectRoom();
      PlannedJob plan = accepting.plan(kind, model, header.request());
      TensorReader reader =
          new TensorReader(
              model, header, plan.dataType(), plan.inputByteSizes(), body, decoder.text());
      reader.checkSizes();
      var inputs = memory.tensors(plan.inputByteSizes());
      reader.read(inputs);
      JobWork work = plan.work(inputs);
      Job job = accepting.jobs().submit(kind, model, header.request().id(), work, memory::close);
      accepted = true;
      return job;
    } catch (InterruptedException e) {
      throw InferenceException.unavailable(
          Rejection.STOPPING, "the server is shutting down", Duration.ofSeconds(1));
    } finally {
      if (!accepted) {
        memory.close();
      }
    }
  }

  /** So that the client, which may still send its tensors, gets to read the answer. */
  private void discard(HttpServletRequest request) {
    ClientConnection connection = ClientConnection.of(request);
    if (connection != null) {
      connection.discardBody(properties.lingeringClose());
    }
  }

  void list(HttpServletResponse response) throws IOException {
    List<JobStatus> jobs = enabled().jobs().list();
    JsonResponse.send(response, json -> JobJson.write(json, jobs));
  }

  void show(String id, HttpServletResponse response) throws IOException {
    JobStatus status = enabled().jobs().find(id).status();
    JsonResponse.send(response, json -> JobJson.write(json, status));
  }

  void cancel(String id, HttpServletResponse response) throws IOException {
    JobStatus status = enabled().jobs().cancel(id).status();
    JsonResponse.send(response, json -> JobJson.write(json, status));
  }

  void events(String id, HttpServletResponse response) throws IOException {
    JobEventStream.send(enabled().jobs().find(id), response);
  }

  void report(String id, HttpServletResponse response) throws IOException {
    JobResult result = result(id);
    JsonResponse.send(response, json -> JobReportJson.write(json, result));
  }

  void reliability(String id, String label, HttpServletResponse response) throws IOException {
    HeadCalibration calibration = result(id).calibration();
    int index = calibration == null ? -1 : calibration.labelNames().indexOf(label);
    if (calibration == null || index < 0) {
      throw notFound(
          "job '%s' has calibrated no label '%s'%s"
              .formatted(
                  id, label, calibration == null ? "" : ", but " + calibration.labelNames()));
    }
    byte[] svg =
        ReliabilityDiagram.svg(calibration.after().get(index)).getBytes(StandardCharsets.UTF_8);
    response.setContentType("image/svg+xml");
    response.setContentLength(svg.length);
    response.getOutputStream().write(svg);
  }

  private JobResult result(String id) {
    JobStatus status = enabled().jobs().find(id).status();
    JobResult result = status.result();
    if (result == null) {
      throw notFound(
          "job '%s' has no report, since it has not succeeded: it is %s"
              .formatted(id, JobJson.name(status.state())));
    }
    return result;
  }

  private static InferenceException notFound(String message) {
    return new InferenceException(ErrorKind.NOT_FOUND, message);
  }

  private HeadJobs enabled() {
    if (heads == null) {
      throw new InferenceException(
          ErrorKind.UNSUPPORTED,
          "this server takes no jobs: its settings verhulst.jobs.enabled and"
              + " verhulst.model-repository switch them on");
    }
    return heads;
  }
}
