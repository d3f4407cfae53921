package dev.verhulst.service.jobs;

import dev.verhulst.heads.head.HeadModel;
import java.util.List;

/**
 * A version of a head in the model repository.
 *
 * @param version its number
 * @param labelNames the labels' names
 * @param featureNames the features' names
 */
record SavedHead(
    long version, HeadModel head, List<String> labelNames, List<String> featureNames) {}
