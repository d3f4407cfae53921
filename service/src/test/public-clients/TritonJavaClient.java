import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferResult;
import triton.client.InferenceException;
import triton.client.InferenceServerClient;
import triton.client.InferenceServerClient.InferArguments;
import triton.client.pojo.DataType;

/**
 * A program as users of Triton's Java client write it. It is run from its source, beside that
 * client's jar and nothing else, against the address that it is given; each line that it prints is
 * the result of a call.
 */
class TritonJavaClient {

  private static final float[] X = {-2, 0, 3};

  public static void main(String[] arguments) throws Exception {
    try (InferenceServerClient client = new InferenceServerClient(arguments[0], 5000, 5000)) {
      for (boolean in : new boolean[] {true, false}) {
        for (boolean out : new boolean[] {true, false}) {
          print(
              "relu FP32 in %s, out %s".formatted(encoding(in), encoding(out)),
              client
                  .infer("relu", List.of(x(X, in)), List.of(new InferRequestedOutput("y", out)))
                  .getOutputAsFloat("y"));
        }
      }
      InferResult two =
          client.infer(
              "relu",
              List.of(x(X, true)),
              List.of(
                  new InferRequestedOutput("dy_dx", true), new InferRequestedOutput("y", false)));
      print("y in JSON beside dy_dx in binary", two.getOutputAsFloat("y"));
      print("dy_dx in binary beside y in JSON", two.getOutputAsFloat("dy_dx"));

      InferResult all = client.infer(new InferArguments("sigmoid", x(new float[] {0}, true)));
      print("outputs where none is asked for", all.getOutputs());

      InferInput doubles = new InferInput("x", new long[] {2, 1}, DataType.FP64);
      doubles.setData(new double[] {-0.5, 0.5}, true);
      InferResult answer =
          client.infer(
              new InferArguments(
                      "leaky_relu", List.of(doubles), List.of(new InferRequestedOutput("y", true)))
                  .setModelVersion("1")
                  .setRequestId("request-7")
                  .setPriority(1)
                  .setTimeout(5_000_000)
                  .setHeader("X-Of-A-Gateway", "a")
                  .addQueryParam("of", "a gateway"));
      print("leaky_relu FP64", answer.getOutputAsDouble("y"));
      System.out.printf(
          "answered by: %s, %s, %s%n",
          answer.getResponse().getModelName(),
          answer.getResponse().getModelVersion(),
          answer.getResponse().getId());

      float[] special = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0};
      for (boolean in : new boolean[] {true, false}) {
        // Out in binary: this client's JSON parser knows no NaN, though it sends it as a string.
        print(
            "sigmoid of what is no number, in %s".formatted(encoding(in)),
            client
                .infer(
                    "sigmoid",
                    List.of(x(special, in)),
                    List.of(new InferRequestedOutput("y", true)))
                .getOutputAsFloat("y"));
      }
      print(
          "no elements",
          client
              .infer(
                  "sigmoid",
                  List.of(x(new float[0], true)),
                  List.of(new InferRequestedOutput("y", true)))
              .getOutputAsFloat("y"));
      print("a mebibyte of zeros", sumOfSigmoids(client, 1 << 18));
      print(
          "eight threads",
          Stream.generate(() -> 1 << 10)
              .limit(64)
              .parallel()
              .mapToDouble(elements -> sumOfSigmoids(client, elements))
              .sum());

      refused("an unknown model", client, new InferArguments("sigmund", x(X, true)));
      refused(
          "an unknown version",
          client,
          new InferArguments("sigmoid", x(X, true)).setModelVersion("7"));
      InferInput integers = new InferInput("x", new long[] {1}, DataType.INT32);
      integers.setData(new int[] {1}, true);
      refused("a wrong datatype", client, new InferArguments("sigmoid", integers));
      print(
          "after the refusals",
          client
              .infer("relu", List.of(x(X, true)), List.of(new InferRequestedOutput("y", true)))
              .getOutputAsFloat("y"));
    }
  }

  private static InferInput x(float[] elements, boolean binary) {
    InferInput x = new InferInput("x", new long[] {elements.length}, DataType.FP32);
    x.setData(elements, binary);
    return x;
  }

  private static double sumOfSigmoids(InferenceServerClient client, int elements) {
    try {
      float[] y =
          client
              .infer(
                  "sigmoid",
                  List.of(x(new float[elements], true)),
                  List.of(new InferRequestedOutput("y", true)))
              .getOutputAsFloat("y");
      double sum = 0;
      for (float element : y) {
        sum += element;
      }
      return sum;
    } catch (InferenceException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(String what, InferenceServerClient client, InferArguments arguments) {
    try {
      client.infer(arguments);
      System.out.println(what + ": not refused");
    } catch (InferenceException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      System.out.println(what + ": " + cause.getMessage());
    }
  }

  private static String encoding(boolean binary) {
    return binary ? "binary" : "JSON";
  }

  private static void print(String what, Object result) {
    System.out.println(
        what
            + ": "
            + switch (result) {
              case float[] elements -> Arrays.toString(elements);
              case double[] elements -> Arrays.toString(elements);
              default -> result.toString();
            });
  }
}
