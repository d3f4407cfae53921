package dev.verhulst.service.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.VerhulstClient;
import dev.verhulst.client.activation.Activation;
import dev.verhulst.client.inference.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many requests at once through one client: each gets its own answer. */
@ExtendWith(SharedService.class)
class ConcurrencyIT {

  private static final int THREADS = 12;
  private static final int CALLS = 60;
  private static final int LARGEST = 20_000;

  private final VerhulstClient client;

  ConcurrencyIT(VerhulstClient client) {
    this.client = client;
  }

  @Test
  void twelveThreadsOfDifferentSizesTypesAndParameters() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        long seed = thread;
        tasks.add(() -> call(new Random(seed)));
      }
      for (Future<Void> done : executor.invokeAll(tasks)) {
        done.get();
      }
    }
  }

  /** A slope that is a power of two makes every result exact. */
  private Void call(Random random) {
    for (int i = 0; i < CALLS; i++) {
      double alpha = Math.scalb(1.0, -random.nextInt(4));
      Activation activation = Activation.leakyRelu(alpha);
      VerhulstClient encoded =
          client.withEncoding(random.nextInt(10) == 0 ? Encoding.JSON : Encoding.BINARY);
      int size = 1 + random.nextInt(random.nextBoolean() ? 100 : LARGEST);
      double[] x = random.doubles(size, -1, 1).map(value -> (float) value).toArray();
      double[] expected = new double[size];
      float[] narrow = new float[size];
      for (int k = 0; k < size; k++) {
        expected[k] = x[k] > 0 ? x[k] : alpha * x[k];
        narrow[k] = (float) x[k];
      }
      if (random.nextBoolean()) {
        assertThat(encoded.apply(activation, x)).isEqualTo(expected);
      } else {
        float[] y = encoded.apply(activation, narrow);
        for (int k = 0; k < size; k++) {
          assertThat((double) y[k]).isEqualTo(expected[k]);
        }
      }
    }
    return null;
  }
}
