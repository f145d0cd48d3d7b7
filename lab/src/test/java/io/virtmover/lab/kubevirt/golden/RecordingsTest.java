// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.kubevirt.api.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That what was recorded is there, all of it is found, and nothing else is told of. */
class RecordingsTest {
  /** A row of the table "What to conclude": scenarios of HEAD, or {@code 1.8/*}. */
  private static final Pattern ROW = Pattern.compile("\\| ([a-z0-9-]+(?:, [a-z0-9-]+)*) \\| .*");

  @Test
  void theReleasesWithConditionsOfModelAAndB_areRecorded() {
    // when
    var releases = Recordings.releases();

    // then
    assertThat(releases).contains(Release.V1_8, Release.HEAD);
  }

  @ParameterizedTest
  @MethodSource("io.virtmover.lab.kubevirt.golden.Recordings#releases")
  void everyRelease_hasScenarios_andNothingElse(Release release) throws IOException {
    // when
    var scenarios = Recordings.scenarios(release);

    // then
    assertThat(scenarios).isNotEmpty();
    try (var files = Files.list(Recordings.FOLDER.resolve(release.text()))) {
      assertThat(files)
          .containsExactlyInAnyOrderElementsOf(
              scenarios.stream().map(scenario -> Recordings.file(release, scenario)).toList());
    }
  }

  @Test
  void theReadme_concludesFromEveryScenarioOfHead_andEachIsThere() throws IOException {
    // given
    var readme = Files.readString(Recordings.FOLDER.resolve("README.md"));
    var table = readme.substring(readme.indexOf("## What to conclude"));

    // when
    List<String> told =
        table
            .lines()
            .map(ROW::matcher)
            .filter(row -> row.matches() && !row.group(1).equals("file"))
            .flatMap(row -> Arrays.stream(row.group(1).split(", ", -1)))
            .toList();

    // then
    assertThat(told).containsExactlyInAnyOrderElementsOf(Recordings.scenarios(Release.HEAD));
  }

  @Test
  void everyScenarioOfAnOlderRelease_wasRecordedOfHeadToo() {
    // given
    var head = Recordings.scenarios(Release.HEAD);

    // when
    var older = Recordings.releases().stream().flatMap(one -> Recordings.scenarios(one).stream());

    // then
    assertThat(older.toList()).isSubsetOf(head);
  }

  @Test
  void everyKnownDifference_isOneOfARecordingThatIsThere() {
    // when
    var named = KnownDifferences.recordings();

    // then
    assertThat(named).isNotEmpty().allMatch(Recordings::exists);
  }
}
