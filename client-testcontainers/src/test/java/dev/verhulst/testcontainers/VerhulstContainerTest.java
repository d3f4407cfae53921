package dev.verhulst.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The command that a container is started with. */
class VerhulstContainerTest {

  private final VerhulstContainer container = new VerhulstContainer("verhulst");

  @Test
  void theLastValueOfASettingHolds() {
    container
        .withSetting("verhulst.device", "auto")
        .withSetting("verhulst.memory.budget", "256MB")
        .withSetting("verhulst.device", "cpu");
    assertStartsWith("--verhulst.device=cpu", "--verhulst.memory.budget=256MB");
  }

  @Test
  void settingsComeAfterACommandWhicheverWasGivenFirst() {
    container
        .withSetting("verhulst.device", "cpu")
        .withCommand("--debug")
        .withSetting("verhulst.memory.budget", "256MB");
    assertStartsWith("--debug", "--verhulst.device=cpu", "--verhulst.memory.budget=256MB");
  }

  @Test
  void aSettingTakesThePlaceOfTheCommands() {
    container
        .withCommand("--verhulst.device=auto", "--verhulst.device-count=1")
        .withSetting("verhulst.device", "cpu");
    assertStartsWith("--verhulst.device-count=1", "--verhulst.device=cpu");
  }

  /** The container is configured at each of its starts. */
  private void assertStartsWith(String... command) {
    for (int start = 0; start < 2; start++) {
      container.configure();
      assertThat(container.getCommandParts()).containsExactly(command);
    }
  }
}
