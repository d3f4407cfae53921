package dev.verhulst.service.model;

/** A version of a model that stays as it is until the use of it is closed. */
public record ModelUse(ServedModel served) implements AutoCloseable {

  @Override
  public void close() {
    served.uses().end();
  }
}
