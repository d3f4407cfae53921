package dev.verhulst.client.inference;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to any model of any Open Inference Protocol server. Immutable; may be sent many times.
 */
public final class InferenceRequest {

  private final String model;
  private final @Nullable String version;
  private final @Nullable String id;
  private final Map<String, Object> parameters;
  private final Map<String, Tensor> inputs;
  private final List<RequestedOutput> outputs;
  private final boolean directOutputs;
  private final boolean independentRows;
  private final @Nullable Encoding encoding;
  private final @Nullable Duration timeout;

  private InferenceRequest(Builder builder) {
    model = builder.model;
    version = builder.version;
    id = builder.id;
    parameters = Parameters.copyOf(builder.parameters);
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(builder.inputs));
    outputs = List.copyOf(builder.outputs);
    directOutputs = builder.directOutputs;
    independentRows = builder.independentRows;
    encoding = builder.encoding;
    timeout = builder.timeout;
  }

  public static Builder builder(String model) {
    return new Builder(model);
  }

  public String model() {
    return model;
  }

  public Optional<String> version() {
    return Optional.ofNullable(version);
  }

  public Optional<String> id() {
    return Optional.ofNullable(id);
  }

  public Map<String, Object> parameters() {
    return parameters;
  }

  /** The inputs by name, in the order in which they are sent. */
  public Map<String, Tensor> inputs() {
    return inputs;
  }

  /** The outputs asked for; none stands for those that the model gives by default. */
  public List<RequestedOutput> outputs() {
    return outputs;
  }

  /** Whether outputs without a destination get direct buffers. */
  public boolean directOutputs() {
    return directOutputs;
  }

  /**
   * Whether each row of every output depends on the same row of the inputs and on nothing else,
   * rows being what the first dimension counts.
   */
  public boolean independentRows() {
    return independentRows;
  }

  /** How this request is encoded; empty for the client's way. */
  public Optional<Encoding> encoding() {
    return Optional.ofNullable(encoding);
  }

  /** How long the call may take, retries included; empty for the client's timeout. */
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  /** Collects what a request says. */
  public static final class Builder {

    private final String model;
    private @Nullable String version;
    private @Nullable String id;
    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final List<RequestedOutput> outputs = new ArrayList<>();
    private boolean directOutputs;
    private boolean independentRows;
    private @Nullable Encoding encoding;
    private @Nullable Duration timeout;

    private Builder(String model) {
      this.model = model;
    }

    /** The model's version; the server chooses one where none is given. */
    public Builder version(String version) {
      this.version = version;
      return this;
    }

    /** An identifier that the answer repeats. */
    public Builder id(String id) {
      this.id = id;
      return this;
    }

    /** A parameter: a string, a boolean or a number. */
    public Builder parameter(String name, Object value) {
      parameters.put(name, Parameters.check(name, value));
      return this;
    }

    public Builder parameters(Map<String, ?> values) {
      values.forEach(this::parameter);
      return this;
    }

    /** How long the request may wait in the server's queue (the parameter {@code timeout}). */
    public Builder queueTimeout(Duration queueTimeout) {
      return parameter("timeout", queueTimeout.toNanos() / 1000);
    }

    /** The parameter {@code priority}: 1 is served first, 0 stands for the model's default. */
    public Builder priority(int priority) {
      return parameter("priority", priority);
    }

    public Builder input(String name, Tensor tensor) {
      if (inputs.putIfAbsent(name, tensor) != null) {
        throw new IllegalArgumentException("input '" + name + "' is given twice");
      }
      return this;
    }

    public Builder inputs(Map<String, Tensor> tensors) {
      tensors.forEach(this::input);
      return this;
    }

    public Builder output(String name) {
      return output(RequestedOutput.of(name));
    }

    /** An output whose bytes go into that buffer, from its position on, without another copy. */
    public Builder output(String name, ByteBuffer destination) {
      return output(RequestedOutput.of(name).into(destination));
    }

    public Builder output(RequestedOutput output) {
      outputs.add(output);
      return this;
    }

    /** Gives outputs without a destination direct buffers, in place of ones on the heap. */
    public Builder directOutputs(boolean directOutputs) {
      this.directOutputs = directOutputs;
      return this;
    }

    /**
     * Says that each row of every output depends on the same row of the inputs and on nothing else,
     * as with a batch of samples: so that a client that coalesces may put the request together with
     * others of the same model. False where nothing is said.
     */
    public Builder independentRows(boolean independentRows) {
      this.independentRows = independentRows;
      return this;
    }

    public Builder encoding(Encoding encoding) {
      this.encoding = encoding;
      return this;
    }

    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * @throws IllegalArgumentException where there is no input
     */
    public InferenceRequest build() {
      if (inputs.isEmpty()) {
        throw new IllegalArgumentException(
            "a request for model '" + model + "' needs an input: call input(name, tensor)");
      }
      return new InferenceRequest(this);
    }
  }
}
