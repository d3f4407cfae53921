package dev.verhulst.service.jobs;

import dev.verhulst.heads.training.HeadTraining;
import dev.verhulst.kernels.Device;

/**
 * What jobs on heads work with.
 *
 * @param training trains them
 * @param device computes their scores
 * @param versions where they are saved
 * @param files the files that jobs may name
 * @param memoryBudget how many bytes a job may take beside the tensors that it was sent
 */
record HeadFitting(
    HeadTraining training,
    Device device,
    HeadVersions versions,
    DataFiles files,
    long memoryBudget) {}
