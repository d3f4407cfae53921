package dev.verhulst.heads.command;

import dev.verhulst.heads.training.TrainingListener;
import dev.verhulst.heads.training.TrainingProgress;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A training's progress as a bar on standard error: how far the gradient has fallen. */
final class FitProgressBar implements TrainingListener, AutoCloseable {

  private static final int STEPS = 1000;

  private final ProgressBar bar =
      new ProgressBarBuilder()
          .setTaskName("Fitting")
          .setInitialMax(STEPS)
          .setStyle(ProgressBarStyle.ASCII)
          .setUpdateIntervalMillis(200)
          .build();

  @Override
  public void onIteration(TrainingProgress progress) {
    bar.stepTo(Math.round(progress.share() * STEPS));
    bar.setExtraMessage(
        String.format(
            Locale.ROOT,
            " label %d of %d, iteration %d, loss %.6g, gradient %.2g",
            progress.label() + 1,
            progress.labels(),
            progress.iteration(),
            progress.loss(),
            progress.gradientNorm()));
  }

  @Override
  public void close() {
    bar.close();
  }
}
