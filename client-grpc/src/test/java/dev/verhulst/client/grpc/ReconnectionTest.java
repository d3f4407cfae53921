package dev.verhulst.client.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verhulst.client.grpc.Reconnection.Silence;
import io.grpc.Attributes;
import org.junit.jupiter.api.Test;

class ReconnectionTest {

  private static final Attributes.Key<String> ADDRESS = Attributes.Key.create("address");
  private static final Attributes FIRST = Attributes.newBuilder().set(ADDRESS, "first").build();
  private static final Attributes SECOND = Attributes.newBuilder().set(ADDRESS, "second").build();

  private final FakeChannel channel = new FakeChannel();
  private final Reconnection reconnection = new Reconnection(channel);

  @Test
  void aSilentConnectionIsLeft() {
    reconnection.hear(FIRST);
    Silence silence = reconnection.begin(FIRST);
    reconnection.leaveIfStill(silence);
    assertThat(channel.left).isEqualTo(1);
  }

  /** The server is there, and slow with one of the calls. */
  @Test
  void aConnectionStaysWhereSomethingHasComeForAnotherCall() {
    Silence silence = reconnection.begin(FIRST);
    reconnection.begin(FIRST);
    reconnection.hear(FIRST);
    reconnection.leaveIfStill(silence);
    assertThat(channel.left).isZero();
  }

  /** Each call on it will time out, and must not end the attempt to make another. */
  @Test
  void aConnectionIsLeftOnce() {
    Silence early = reconnection.begin(FIRST);
    Silence late = reconnection.begin(FIRST);
    reconnection.leaveIfStill(early);
    reconnection.leaveIfStill(late);
    assertThat(channel.left).isEqualTo(1);
    reconnection.begin(SECOND);
    reconnection.leaveIfStill(late);
    assertThat(channel.left).as("with another connection").isEqualTo(1);
  }

  @Test
  void whatComesOverAFormerConnectionSaysNothingOfTheOneAfterIt() {
    reconnection.begin(FIRST);
    Silence silence = reconnection.begin(SECOND);
    reconnection.hear(FIRST);
    reconnection.leaveIfStill(silence);
    assertThat(channel.left).isEqualTo(1);
  }
}
