// SPDX-License-Identifier: Apache-2.0
package io.virtmover.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TombstoneTest {
  private final Tombstone tombstone =
      new Tombstone(new BackupName("nightly-2"), "uid-1", new VmRef("shop", "db-01"), "default");

  @Test
  void shouldBeReadAsItWasWritten() {
    assertThat(Tombstone.of(tombstone.data())).isEqualTo(tombstone);
  }

  @Test
  void shouldHaveOneNameForOneVmInOneBackup() {
    // given
    var other = new Tombstone(tombstone.backup(), "uid-1", new VmRef("shop", "db-02"), "default");
    var anew = new Tombstone(tombstone.backup(), "uid-2", tombstone.vm(), "default");

    // then
    assertThat(tombstone.name())
        .isEqualTo(Tombstone.of(tombstone.data()).name())
        .matches("virtmover-deleted-[0-9a-f]{20}")
        .isNotEqualTo(other.name())
        .isNotEqualTo(anew.name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"backup", "backupUid", "vmNamespace", "vmName", "location"})
  void shouldRefuseOneThatSaysTooLittle(String missing) {
    // given
    var data = new HashMap<>(tombstone.data());
    data.remove(missing);

    // then
    assertThatThrownBy(() -> Tombstone.of(data)).isInstanceOf(VirtMoverException.class);
  }
}
