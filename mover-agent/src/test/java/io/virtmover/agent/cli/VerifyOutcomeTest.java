// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.Damage;
import io.virtmover.transfer.Unusable;
import io.virtmover.transfer.VerifyReport;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerifyOutcomeTest {
  private static final VmRef VM = new VmRef("shop", "db-01");
  private static final Damage DAMAGE =
      new Damage(
          "d", "c1/b1-d.qcow2", 512, OptionalLong.of(0), "bytes are damaged", List.of("b2", "b1"));

  @ParameterizedTest
  @CsvSource({
    "0, '',                          , ''",
    "1, '',                          CORRUPT_BACKUP, 'do not rely on b1, b2.'",
    "0, CHAIN_BROKEN,                CORRUPT_BACKUP, do not rely on u0.",
    "0, CORRUPT_BACKUP,              CORRUPT_BACKUP, do not rely on u0.",
    "0, UNSUPPORTED,                 UNSUPPORTED,    this version cannot verify u0; why",
    "0, UNSUPPORTED UNSUPPORTED,     UNSUPPORTED,    'this version cannot verify u0, u1; why'",
    "0, UNSUPPORTED CHAIN_BROKEN,    CORRUPT_BACKUP, 'do not rely on u0, u1.'",
    "1, UNSUPPORTED,                 CORRUPT_BACKUP, 'do not rely on b1, b2, u0.'"
  })
  void aVerdict_isDamageUnlessAllIsOnlyUnknown(
      int damages, String unusable, @Nullable FailureKind kind, String words) {
    // given
    var kinds = Stream.of(unusable.split(" ")).filter(word -> !word.isEmpty()).toList();
    var broken = new ArrayList<Unusable>();
    kinds.forEach(
        word -> broken.add(new Unusable("u" + broken.size(), FailureKind.valueOf(word), "why")));

    // when
    var outcome = VerifyOutcome.of(VM, report(damages, damages, broken));

    // then
    assertThat(outcome.failure().map(failure -> failure.kind()).orElse(null)).isEqualTo(kind);
    assertThat(outcome.failure().map(Throwable::getMessage).orElse("")).contains(words);
    assertThat(outcome.lines().getLast())
        .isEqualTo(
            "3 backups of VM shop/db-01 verified: 4 images, 5.0 KiB read, %d damages, %d backups unusable"
                .formatted(damages, kinds.size()));
    assertThat(outcome.report().path("damageCount").asInt()).isEqualTo(damages);
  }

  @Test
  void whatWasFound_isToldInALineEach() {
    // given
    var found =
        new VerifyReport(
            3,
            4,
            1,
            2,
            0,
            List.of(DAMAGE),
            1,
            List.of(
                new Unusable("b3", FailureKind.CHAIN_BROKEN, "why"),
                new Unusable("", FailureKind.CORRUPT_BACKUP, "no index")));

    // when
    var outcome = VerifyOutcome.of(VM, found);

    // then
    assertThat(outcome.lines())
        .startsWith(
            "DAMAGED disk d: bytes are damaged; object c1/b1-d.qcow2, byte 512; affects b2, b1",
            "UNUSABLE backup b3: why",
            "UNUSABLE all backups: no index",
            "1 images have no recorded checksums; only their structure was checked",
            "2 images have another entity tag than recorded, as in a copied bucket; their checksums decide")
        .hasSize(6);
    assertThat(outcome.failure())
        .get()
        .satisfies(
            failure ->
                assertThat(failure)
                    .hasMessageContaining("do not rely on any backup of it, b1, b2, b3."));
  }

  @ParameterizedTest
  @CsvSource({
    "100, 100, ''",
    "101, 101, ... and 1 damages more",
    "1000, 5000, ... and 4900 damages more"
  })
  void ofManyDamages_theFirstAreTold_andHowManyMore(int kept, long count, String more) {
    // when
    var lines = VerifyOutcome.of(VM, report(kept, count, List.of())).lines();

    // then
    assertThat(lines).filteredOn(line -> line.startsWith("DAMAGED")).hasSize(100);
    assertThat(lines).filteredOn(line -> line.startsWith("...")).hasSize(more.isEmpty() ? 0 : 1);
    assertThat(String.join("\n", lines)).contains(more);
  }

  private static VerifyReport report(int damages, long count, List<Unusable> unusable) {
    return new VerifyReport(
        3, 4, 0, 0, 5 << 10, Collections.nCopies(damages, DAMAGE), count, unusable);
  }
}
