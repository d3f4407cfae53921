/** PyTorch's own operators, called as a C++ program calls them. */
@NullMarked
package dev.verhulst.benchmarks.pytorch;

import org.jspecify.annotations.NullMarked;
