package dev.verhulst.heads.training;

/**
 * Told of each iteration, on the thread that trains. What it throws ends the training and reaches
 * the caller: that is how one is cancelled, by a {@link
 * java.util.concurrent.CancellationException}.
 */
@FunctionalInterface
public interface TrainingListener {

  /** Listens to nothing. */
  TrainingListener NONE = _ -> {};

  /** Called when an iteration has ended, and before the first one. */
  void onIteration(TrainingProgress progress);
}
