/** Who wants to know what a client does: metrics, traces, logs. */
@NullMarked
package dev.verhulst.client.listener;

import org.jspecify.annotations.NullMarked;
