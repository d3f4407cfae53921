package dev.verhulst.kernels.cuda.kernel;

import static org.assertj.core.api.Assertions.assertThat;

/** The worst of many results, in units of the bound that they are held to. */
final class WorstError {

  private final String subject;
  private double worst;
  private String description = "nothing was compared";

  /**
   * @param subject what is compared, e.g. a kernel's name
   */
  WorstError(String subject) {
    this.subject = subject;
  }

  void add(double error, Bound bound, String input, double result, double exact) {
    if (error > worst || description.startsWith("nothing")) {
      worst = error;
      description =
          "%.2f of %s at %s: got %a (%g), expected %a (%g)"
              .formatted(error, bound, input, result, result, exact, exact);
    }
  }

  double worst() {
    return worst;
  }

  void assertWithinBound() {
    assertThat(worst).as("%s: %s", subject, description).isLessThanOrEqualTo(1);
  }

  @Override
  public String toString() {
    return subject + ": " + description;
  }
}
