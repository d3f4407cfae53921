/** General inference: tensors, requests and responses of the Open Inference Protocol. */
@NullMarked
package dev.verhulst.client.inference;

import org.jspecify.annotations.NullMarked;
