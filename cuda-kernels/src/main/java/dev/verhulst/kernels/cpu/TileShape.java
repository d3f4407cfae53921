package dev.verhulst.kernels.cpu;

/**
 * How much of a product one call of a loop computes.
 *
 * @param rows how many rows of the batch
 * @param columns how many vectors of labels ({@link ProductLoop}) or labels ({@link DotLoop})
 */
record TileShape(int rows, int columns) {}
