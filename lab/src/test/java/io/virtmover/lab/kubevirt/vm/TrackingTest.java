// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The states of kubevirt-backup-api.md §1.4; {@code none}: the VMI runs without tracking. */
class TrackingTest {
  @ParameterizedTest
  @CsvSource({
    "YES,  ,              ,               Initializing",
    "YES,  Enabled,       ,               Enabled",
    "YES,  Disabled,      ,               Initializing",
    "YES,  Initializing,  Initializing,   Initializing",
    "YES,  Initializing,  Enabled,        Enabled",
    "YES,  ,              none,           PendingRestart",
    "YES,  PendingRestart, PendingRestart, PendingRestart",
    "NO, ,              ,               ",
    "NO, ,              none,           ",
    "NO, Enabled,       ,               Disabled",
    "NO, Enabled,       Enabled,        PendingRestart",
    "NO, PendingRestart, PendingRestart, PendingRestart",
    "GATE_IS_SHUT, Enabled, Enabled,       IncrementalBackupFeatureGateDisabled",
    "GATE_IS_SHUT, ,        ,              IncrementalBackupFeatureGateDisabled",
    "YES, IncrementalBackupFeatureGateDisabled, , Initializing",
    "NO, IncrementalBackupFeatureGateDisabled, , Disabled",
  })
  void aVmIsInThisStateNext(
      Tracking.Wish wish,
      @Nullable String vm,
      @Nullable String instance,
      @Nullable String expected) {
    // given
    var state = Optional.ofNullable(instance).map(text -> text.equals("none") ? "" : text);

    // when
    var next = Tracking.ofVm(wish, Optional.ofNullable(vm), state);

    // then
    assertThat(next).isEqualTo(Optional.ofNullable(expected));
  }
}
