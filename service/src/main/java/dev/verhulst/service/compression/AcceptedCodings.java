package dev.verhulst.service.compression;

import java.util.Arrays;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/**
 * What a client takes its answer in, by the weights of its header {@code Accept-Encoding} (RFC
 * 9110, section 12.5.3).
 */
public final class AcceptedCodings {

  private static final double UNSAID = -1;

  /** What nobody has named is acceptable uncompressed, but anything that was named goes first. */
  private static final double LEAST = 0.0005;

  private final double[] weights = new double[ContentCoding.values().length];
  private double anyOther = UNSAID;

  private AcceptedCodings() {
    Arrays.fill(weights, UNSAID);
  }

  /**
   * The coding that suits a client best: the one of the greatest weight; among equals one that it
   * names, gzip before deflate. Where nothing that the server has suits it, there is no coding.
   *
   * @param headers the values of the header, or null where there is none
   */
  public static ContentCoding choose(@Nullable Enumeration<String> headers) {
    if (headers == null || !headers.hasMoreElements()) {
      return ContentCoding.IDENTITY;
    }
    AcceptedCodings accepted = new AcceptedCodings();
    while (headers.hasMoreElements()) {
      for (String element : headers.nextElement().split(",", -1)) {
        accepted.add(element.strip());
      }
    }
    return accepted.best();
  }

  private void add(String element) {
    int semicolon = element.indexOf(';');
    String name = semicolon < 0 ? element : element.substring(0, semicolon).strip();
    double weight = semicolon < 0 ? 1 : weight(element.substring(semicolon + 1).strip());
    if (name.equals("*")) {
      anyOther = weight;
      return;
    }
    ContentCoding coding = name.isEmpty() ? null : ContentCoding.find(name);
    if (coding != null) {
      weights[coding.ordinal()] = weight;
    }
  }

  /** What is no weight stands for no. */
  private static double weight(String parameter) {
    if (!parameter.regionMatches(true, 0, "q=", 0, 2)) {
      return 0;
    }
    String value = parameter.substring(2).strip();
    return value.matches("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(value) : 0;
  }

  private ContentCoding best() {
    ContentCoding best = ContentCoding.IDENTITY;
    double greatest = 0;
    for (ContentCoding coding : new ContentCoding[] {ContentCoding.GZIP, ContentCoding.DEFLATE}) {
      if (weights[coding.ordinal()] > greatest) {
        best = coding;
        greatest = weights[coding.ordinal()];
      }
    }
    double plain = weights[ContentCoding.IDENTITY.ordinal()];
    if (plain == UNSAID) {
      plain = anyOther == UNSAID ? LEAST : anyOther;
    }
    if (plain > greatest) {
      best = ContentCoding.IDENTITY;
      greatest = plain;
    }
    for (ContentCoding coding : new ContentCoding[] {ContentCoding.GZIP, ContentCoding.DEFLATE}) {
      if (weights[coding.ordinal()] == UNSAID && anyOther > greatest) {
        best = coding;
        greatest = anyOther;
      }
    }
    return best;
  }
}
