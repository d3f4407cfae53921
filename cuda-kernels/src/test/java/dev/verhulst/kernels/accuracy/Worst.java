package dev.verhulst.kernels.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

/** The worst result of many: how far off, at which input. */
final class Worst {

  private final String subject;
  private double error;
  private Object input = "";
  private String description = "nothing was compared";
  private boolean compared;

  /**
   * @param subject what is measured, e.g. {@code gelu FP32 dy_dx}
   */
  Worst(String subject) {
    this.subject = subject;
  }

  void add(double ulp, double input, double result, double expected) {
    if (!compared || ulp > error) {
      add(ulp, (Object) input, result, expected);
    }
  }

  void add(double ulp, Object input, Object result, Object expected) {
    if (!compared || ulp > error) {
      error = ulp;
      this.input = input;
      description = "at " + input + ": got " + result + ", expected " + expected;
      compared = true;
    }
  }

  double error() {
    return error;
  }

  /** The input at which it was. */
  Object input() {
    return input;
  }

  /** The one of two that is worse. */
  static Worst larger(Worst one, Worst other) {
    return other.error > one.error || !one.compared ? other : one;
  }

  void assertWithin(double bound) {
    assertThat(compared).as(subject).isTrue();
    assertThat(error)
        .as("%s is %.3g ulp off %s (the bound is %s ulp)", subject, error, description, bound)
        .isLessThanOrEqualTo(bound);
  }

  @Override
  public String toString() {
    return "%s: %.3g ulp %s".formatted(subject, error, description);
  }
}
