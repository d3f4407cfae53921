package dev.verhulst.service.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * The levels that no logger logs, whatever its own level: a logger's level alone can not leave out
 * warnings and log informations.
 */
final class DeniedLevels extends TurboFilter {

  private final Set<Level> levels = new CopyOnWriteArraySet<>();

  void set(Level level, boolean isDenied) {
    if (isDenied) {
      levels.add(level);
    } else {
      levels.remove(level);
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable throwable) {
    return levels.contains(level) ? FilterReply.DENY : FilterReply.NEUTRAL;
  }
}
