package dev.verhulst.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerStateTest {

  private final ServerState state = new ServerState();

  @Test
  void startsLiveButNotReady() {
    assertThat(state.isLive()).isTrue();
    assertThat(state.isReady()).isFalse();
    assertThat(state.isStopping()).isFalse();
  }

  @Test
  void isReadyOnceMarkedSo() {
    state.markReady();

    assertThat(state.isLive()).isTrue();
    assertThat(state.isReady()).isTrue();
  }

  @Test
  void aStopIsFinal() {
    state.markStopping();
    state.markReady();

    assertThat(state.isLive()).isFalse();
    assertThat(state.isReady()).isFalse();
    assertThat(state.isStopping()).isTrue();
  }
}
