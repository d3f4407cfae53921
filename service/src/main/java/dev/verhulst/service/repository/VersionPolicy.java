package dev.verhulst.service.repository;

import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which of a model's versions are served. */
public sealed interface VersionPolicy {

  /** The newest one, which is what holds where a model says nothing. */
  VersionPolicy NEWEST = new Latest(1);

  /**
   * The versions with the highest numbers.
   *
   * @param count how many, at least 1
   */
  record Latest(int count) implements VersionPolicy {

    public Latest {
      if (count < 1) {
        throw new IllegalArgumentException("latest must be at least 1, got " + count);
      }
    }

    @Override
    public SortedSet<Long> choose(NavigableSet<Long> available) {
      SortedSet<Long> chosen = new TreeSet<>();
      available.descendingSet().stream().limit(count).forEach(chosen::add);
      return chosen;
    }
  }

  /** Every version there is. */
  record All() implements VersionPolicy {

    @Override
    public SortedSet<Long> choose(NavigableSet<Long> available) {
      return new TreeSet<>(available);
    }
  }

  /**
   * The versions of these numbers.
   *
   * @param versions at least one
   */
  record Specific(List<Long> versions) implements VersionPolicy {

    public Specific {
      versions = List.copyOf(versions);
      if (versions.isEmpty()) {
        throw new IllegalArgumentException("specific must name at least one version");
      }
    }

    @Override
    public SortedSet<Long> choose(NavigableSet<Long> available) {
      SortedSet<Long> chosen = new TreeSet<>(versions);
      SortedSet<Long> missing = new TreeSet<>(versions);
      missing.removeAll(available);
      if (!missing.isEmpty()) {
        throw new IllegalArgumentException(
            "version_policy asks for versions %s, which have no directory; there are %s"
                .formatted(missing, available));
      }
      return chosen;
    }
  }

  /**
   * Chooses.
   *
   * @param available the versions that have a directory
   * @throws IllegalArgumentException where one that is asked for by its number is not there
   */
  SortedSet<Long> choose(NavigableSet<Long> available);
}
