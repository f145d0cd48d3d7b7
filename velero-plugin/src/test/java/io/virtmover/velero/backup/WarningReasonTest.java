// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of docs/velero.md has the reasons that there are, in their order. */
class WarningReasonTest {
  private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\| .+ \\| .+ \\|$");

  @Test
  void theTable_hasEveryReason() throws IOException {
    // given
    var document = Optional.of(Path.of("../docs/velero.md")).filter(Files::exists);

    // when
    var rows =
        Files.readAllLines(document.orElse(Path.of("docs/velero.md"))).stream()
            .dropWhile(line -> !line.equals("<!-- Reasons, as WarningReasonTest finds them -->"))
            .takeWhile(line -> !line.equals("<!-- end of the reasons -->"))
            .map(ROW::matcher)
            .filter(row -> row.matches())
            .map(row -> row.group(1))
            .toList();

    // then
    assertThat(rows)
        .isEqualTo(Arrays.stream(WarningReason.values()).map(WarningReason::word).toList());
  }
}
