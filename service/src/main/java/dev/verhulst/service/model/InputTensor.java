package dev.verhulst.service.model;

/**
 * What a request says of one of its inputs.
 *
 * @param datatype the name of its type as the request writes it, not checked yet
 */
public record InputTensor(String name, String datatype, Shape shape) {}
