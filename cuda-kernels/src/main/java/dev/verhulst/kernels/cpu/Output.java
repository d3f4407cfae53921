package dev.verhulst.kernels.cpu;

/** What a kernel of an activation writes. */
enum Output {
  VALUE,
  DERIVATIVE,
  GRADIENT
}
