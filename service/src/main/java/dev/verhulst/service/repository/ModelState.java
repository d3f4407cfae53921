package dev.verhulst.service.repository;

/** Whether a version of a model can be called, by the protocol's names. */
public enum ModelState {
  /** It takes requests. */
  READY,
  /** It is being loaded for the first time. */
  LOADING,
  /** It could not be loaded, or has been unloaded: the index says which. */
  UNAVAILABLE
}
