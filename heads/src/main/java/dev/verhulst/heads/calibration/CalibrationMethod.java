package dev.verhulst.heads.calibration;

/** A way to calibrate, under the name that users give it by. */
public enum CalibrationMethod {
  platt {
    @Override
    public Calibration fit(ScoredExamples examples) {
      return PlattFit.fit(examples);
    }
  },
  temperature {
    @Override
    public Calibration fit(ScoredExamples examples) {
      return TemperatureFit.fit(examples);
    }
  },
  isotonic {
    @Override
    public Calibration fit(ScoredExamples examples) {
      return IsotonicFit.fit(examples);
    }
  };

  /** The calibration that fits the examples best. */
  public abstract Calibration fit(ScoredExamples examples);
}
