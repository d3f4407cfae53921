package dev.verhulst.client.codec;

import dev.verhulst.client.jobs.JobListener;
import dev.verhulst.client.jobs.JobStatus;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Reads a job's server-sent events, line by line (WHATWG HTML, 9.2): of each its data, which is how
 * the job stands.
 */
final class JobEventReader implements Flow.Subscriber<String> {

  private static final String DATA = "data:";

  private final JobListener listener;
  private final StringBuilder data = new StringBuilder();
  private @Nullable JobStatus last;
  private @Nullable IOException failure;

  JobEventReader(JobListener listener) {
    this.listener = listener;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    if (line.startsWith(DATA)) {
      data.append(line, DATA.length(), line.length());
    } else if (line.isEmpty() && data.length() > 0 && failure == null) {
      event(data.toString());
      data.setLength(0);
    }
  }

  private void event(String json) {
    JobStatus status;
    try {
      status = JobJson.read(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      failure = e;
      return;
    }
    last = status;
    listener.onChange(status);
  }

  @Override
  public void onError(Throwable thrown) {
    // The body's future fails with it.
  }

  @Override
  public void onComplete() {
    // The body's future asks for the end.
  }

  /** How the job stands after its last event. */
  JobStatus end() {
    if (failure != null) {
      throw new UncheckedIOException(failure);
    }
    JobStatus end = last;
    if (end == null || !end.state().hasEnded()) {
      throw new UncheckedIOException(
          new EOFException("the events of the job ended before the job did"));
    }
    return end;
  }
}
