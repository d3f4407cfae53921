package dev.verhulst.heads.command;

import dev.verhulst.heads.calibration.Calibration;
import dev.verhulst.heads.calibration.IsotonicFit;
import dev.verhulst.heads.calibration.PlattFit;
import dev.verhulst.heads.calibration.ScoredExamples;
import dev.verhulst.heads.calibration.TemperatureFit;

/** A way to calibrate. */
enum CalibrationMethod {
  platt {
    @Override
    Calibration fit(ScoredExamples examples) {
      return PlattFit.fit(examples);
    }
  },
  temperature {
    @Override
    Calibration fit(ScoredExamples examples) {
      return TemperatureFit.fit(examples);
    }
  },
  isotonic {
    @Override
    Calibration fit(ScoredExamples examples) {
      return IsotonicFit.fit(examples);
    }
  };

  abstract Calibration fit(ScoredExamples examples);
}
