// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the controller does with every VirtualMachineBackup that the real controllers were recorded
 * with: its states in order and its last steps, once with a mover that is done as soon as it can
 * be, once with one that never is. {@code -Dgolden.rewrite=true} writes them anew; the difference
 * is to be reviewed.
 */
class RecordedLivesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/recorded-lives.txt");

  @Test
  void everyRecordedBackup_hasTheReviewedReaction() throws IOException {
    // when
    var lines = new ArrayList<String>();
    for (var life : RecordedLife.all()) {
      lines.addAll(paragraph(life));
    }

    // then
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.write(GOLDEN, lines);
    }
    assertThat(lines).isNotEmpty().containsExactlyElementsOf(Files.readAllLines(GOLDEN));
  }

  private static List<String> paragraph(RecordedLife life) {
    var quick = new Play(life, true);
    quick.run();
    var slow = new Play(life, false);
    slow.run();
    return List.of(
        "%s %s, %s %s"
            .formatted(
                life.scenario(),
                life.name(),
                quick.plan().isFull() ? "full" : "increment",
                life.isPull() ? "pulled" : "pushed"),
        "  mover in time: " + quick.states(),
        "    " + quick.lastSteps(),
        "  mover too slow: " + slow.states(),
        "    " + slow.lastSteps(),
        "");
  }
}
