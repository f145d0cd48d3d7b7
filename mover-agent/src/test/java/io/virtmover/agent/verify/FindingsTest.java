// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.Damage;
import io.virtmover.transfer.Unusable;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FindingsTest {
  @Test
  void ofEndlessDamage_theFirstIsKeptAndAllOfItCounted() {
    // given
    var findings = new Findings();

    // when
    for (var number = 0; number < 1500; number++) {
      findings.add(
          new Damage("root", "o", number, OptionalLong.empty(), "damaged", List.of("night-1")));
    }

    // then
    assertThat(findings.count()).isEqualTo(1500);
    assertThat(findings.damages()).hasSize(1000);
    assertThat(findings.damages().getLast().objectOffset()).isEqualTo(999);
  }

  @Test
  void whatIsFoundOfABackupAgain_isToldOnce() {
    // given
    var findings = new Findings();
    var broken = new Unusable("night-1", FailureKind.CHAIN_BROKEN, "its parent is gone");
    var newer = new Unusable("night-1", FailureKind.UNSUPPORTED, "a later version wrote it");

    // when
    findings.add(broken);
    findings.add(newer);
    findings.add(new Unusable("night-1", FailureKind.CHAIN_BROKEN, "its parent is gone"));

    // then
    assertThat(findings.unusable()).containsExactly(broken, newer);
    assertThat(findings.count()).as("damages").isZero();
  }
}
