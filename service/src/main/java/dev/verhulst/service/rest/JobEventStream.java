package dev.verhulst.service.rest;

import dev.verhulst.service.inference.InferenceException;
import dev.verhulst.service.inference.Rejection;
import dev.verhulst.service.jobs.Job;
import dev.verhulst.service.jobs.JobStatus;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What becomes of a job, as server-sent events: {@code job}, with how it stands, for every change;
 * {@code end}, with the same, as the last one. A reader that is slower than the job misses some of
 * the changes, never the end.
 */
final class JobEventStream {

  /** After so long without a change a comment says that the connection is alive. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.UTF_8);
  private static final JsonFactory JSON = new JsonFactory();

  private JobEventStream() {}

  /**
   * Sends events until the job has ended.
   *
   * @throws IOException where the client has left
   */
  static void send(Job job, HttpServletResponse response) throws IOException {
    response.setContentType("text/event-stream");
    response.setCharacterEncoding("UTF-8");
    response.setHeader("Cache-Control", "no-store");
    OutputStream out = response.getOutputStream();
    JobStatus status = job.status();
    send(status, out);
    try {
      while (!status.state().hasEnded()) {
        response.flushBuffer();
        JobStatus next = job.awaitChange(status.revision(), HEARTBEAT);
        if (next.revision() == status.revision()) {
          out.write(COMMENT);
        } else {
          send(next, out);
        }
        status = next;
      }
    } catch (InterruptedException e) {
      throw InferenceException.unavailable(
          Rejection.STOPPING, "the server is shutting down", Duration.ofSeconds(1));
    }
    response.flushBuffer();
  }

  private static void send(JobStatus status, OutputStream out) throws IOException {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    String name = status.state().hasEnded() ? "end" : "job";
    event.writeBytes(
        "id: %d\nevent: %s\ndata: "
            .formatted(status.revision(), name)
            .getBytes(StandardCharsets.UTF_8));
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), event)) {
      JobJson.write(json, status);
    }
    event.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    event.writeTo(out);
  }
}
