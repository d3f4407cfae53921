import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.error.VerhulstException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Sends the logits of a breast cancer classifier through the service and shows the probabilities
 * beside the expected ones. Arguments: the table of logits, and the service's address.
 */
public final class Classify {

  /** Two correctly rounded results may differ in the last of a double's 15 to 17 digits. */
  private static final double LARGEST_RELATIVE_DIFFERENCE = 1e-14;

  private static final int SHOWN = 12;

  private record Patient(int number, boolean benign, double logit, double expected) {

    static Patient parse(String line) {
      String[] fields = line.split(",");
      return new Patient(
          Integer.parseInt(fields[0]),
          fields[1].equals("1"),
          Double.parseDouble(fields[2]),
          Double.parseDouble(fields[3]));
    }
  }

  public static void main(String[] arguments) throws IOException {
    List<Patient> patients =
        Files.readAllLines(Path.of(arguments[0])).stream().skip(1).map(Patient::parse).toList();
    double[] logits = patients.stream().mapToDouble(Patient::logit).toArray();

    double[] probabilities;
    try (VerhulstClient client = VerhulstClient.connect(arguments[1])) {
      probabilities = client.sigmoid(logits);
    } catch (VerhulstException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }

    System.out.printf(
        "%7s  %-9s  %22s  %22s  %22s%n", "patient", "biopsy", "logit", "P(benign)", "expected");
    double difference = 0;
    int right = 0;
    for (int i = 0; i < probabilities.length; i++) {
      Patient patient = patients.get(i);
      difference =
          Math.max(difference, Math.abs(probabilities[i] / patient.expected() - 1));
      right += (probabilities[i] > 0.5) == patient.benign() ? 1 : 0;
      if (i < SHOWN) {
        System.out.printf(
            "%7d  %-9s  %22s  %22s  %22s%n",
            patient.number(),
            patient.benign() ? "benign" : "malignant",
            patient.logit(),
            probabilities[i],
            patient.expected());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d patients (%d shown): %d classified as their biopsies say; largest relative difference"
            + " from the expected probabilities %.1e%n",
        probabilities.length, Math.min(SHOWN, probabilities.length), right, difference);
    if (!(difference <= LARGEST_RELATIVE_DIFFERENCE)) {
      System.err.println("The probabilities are not the expected ones.");
      System.exit(1);
    }
  }
}
