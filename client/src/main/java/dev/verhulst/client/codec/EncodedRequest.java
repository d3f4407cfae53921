package dev.verhulst.client.codec;

import java.net.http.HttpRequest.BodyPublisher;
import java.util.Map;

/**
 * An inference request as HTTP carries it.
 *
 * @param headers what to add to the request's headers
 * @param body the body, which can be sent many times
 */
public record EncodedRequest(Map<String, String> headers, BodyPublisher body) {}
