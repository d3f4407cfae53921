package dev.verhulst.service.repository;

/**
 * A line of the repository's index.
 *
 * @param name the model's name
 * @param version the version's number; empty where nothing of the model is known but its name
 * @param state whether it takes requests
 * @param reason why it does not; empty where it does
 */
public record IndexEntry(String name, String version, ModelState state, String reason) {}
