package dev.verhulst.service.inference;

/** Why a request was turned away that was not wrong in itself. */
public enum Rejection {
  /** As many requests of the model wait as may. */
  QUEUE_FULL,
  /** There was no memory for its tensors, or its message, in time. */
  NO_MEMORY,
  /** It waited for as long as its timeout allows. */
  TIMED_OUT,
  /** The server shuts down. */
  STOPPING,
  /** The device failed, and could not be stood in for. */
  DEVICE_FAILED
}
