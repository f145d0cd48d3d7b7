// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path folder;

  @Test
  void shouldLeaveOneProgramThatCanBeStartedHoweverOftenItRuns() throws Exception {
    // given
    var program = Files.writeString(folder.resolve("exe"), "program");
    var target = Files.createDirectory(folder.resolve("target"));

    // when
    Installation.copy(program, target);
    Installation.copy(program, target);

    // then
    try (var files = Files.list(target)) {
      assertThat(files).containsExactly(target.resolve("virtmover"));
    }
    assertThat(target.resolve("virtmover")).isExecutable().hasContent("program");
  }
}
