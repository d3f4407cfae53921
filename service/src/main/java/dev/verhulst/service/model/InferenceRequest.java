package dev.verhulst.service.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, whatever protocol it came in by; its tensors' elements aside.
 *
 * @param id the caller's name for it, given back with the answer, or null
 * @param inputs its inputs, in the order in which their elements follow
 * @param outputs the outputs it asks for; none stands for the model's first
 * @param binaryByDefault whether the model's first output goes out as bytes where {@code outputs}
 *     names none
 * @param operatorParameters the parameters of the function: strings, booleans, longs and doubles
 * @param priority 1 is served first; 0 stands for the model's default
 * @param timeout how long it may wait; zero stands for the model's default
 */
public record InferenceRequest(
    @Nullable String id,
    List<InputTensor> inputs,
    List<RequestedOutput> outputs,
    boolean binaryByDefault,
    Map<String, Object> operatorParameters,
    int priority,
    Duration timeout) {}
