// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShortNamesTest {
  @Test
  void shouldKeepAShortName() {
    assertThat(ShortNames.of("nightly-7", "backup-target-pvc"))
        .isEqualTo("nightly-7-backup-target-pvc");
  }

  @Test
  void shouldShortenALongBaseAndTellTwoApart() {
    var one = ShortNames.of("a".repeat(60) + "1", "backup-target-pvc");
    var other = ShortNames.of("a".repeat(60) + "2", "backup-target-pvc");
    assertThat(one).hasSize(63).endsWith("-backup-target-pvc").isNotEqualTo(other);
    assertThat(other).hasSize(63);
  }

  @Test
  void shouldShortenALongSuffix() {
    var one = ShortNames.of("virt-export", "b".repeat(70) + "1");
    assertThat(one)
        .startsWith("virt-export-")
        .hasSizeLessThan(64)
        .isNotEqualTo(ShortNames.of("virt-export", "b".repeat(70) + "2"));
  }
}
