/** What an inference request goes through, whatever protocol it came in by. */
@NullMarked
package dev.verhulst.service.exchange;

import org.jspecify.annotations.NullMarked;
