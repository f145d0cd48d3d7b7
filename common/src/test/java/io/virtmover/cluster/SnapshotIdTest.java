// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"virtmover:1:nightly/shop/db", "virtmover:1:nightly/shop/db/rootdisk"})
  void shouldWriteWhatItReads(String text) {
    // when
    var id = SnapshotId.parse(text).orElseThrow();

    // then
    assertThat(id.toString()).isEqualTo(text);
    assertThat(id.backup()).isEqualTo(new BackupName("nightly"));
    assertThat(id.vm()).isEqualTo(new VmRef("shop", "db"));
    assertThat(id.volume())
        .isEqualTo(
            text.endsWith("rootdisk") ? Optional.of(new VolumeName("rootdisk")) : Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "placeholder-not-used", "4c1f2a"})
  void shouldLeaveWhatIsNotOurs(String text) {
    // then
    assertThat(SnapshotId.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virtmover:1:",
        "virtmover:1:nightly",
        "virtmover:1:nightly/shop",
        "virtmover:1:nightly//db",
        "virtmover:1:nightly/shop/db/rootdisk/more"
      })
  void shouldRefuseWhatIsNotWhole(String text) {
    // then
    assertFails(() -> SnapshotId.parse(text), FailureKind.INVALID_REQUEST, "");
  }

  @Test
  void shouldSayThatALaterVersionWroteIt() {
    // then
    assertFails(
        () -> SnapshotId.parse("virtmover:2:anything"), FailureKind.UNSUPPORTED, "later version");
  }
}
