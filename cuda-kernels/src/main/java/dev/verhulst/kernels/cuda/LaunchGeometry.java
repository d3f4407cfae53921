package dev.verhulst.kernels.cuda;

/**
 * How many threads a kernel is launched with.
 *
 * @param blocks how many blocks
 * @param threads how many threads each block has
 */
record LaunchGeometry(int blocks, int threads) {}
