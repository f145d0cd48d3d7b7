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
    "true,  ,              ,               Initializing",
    "true,  Enabled,       ,               Enabled",
    "true,  Disabled,      ,               Initializing",
    "true,  Initializing,  Initializing,   Initializing",
    "true,  Initializing,  Enabled,        Enabled",
    "true,  ,              none,           PendingRestart",
    "true,  PendingRestart, PendingRestart, PendingRestart",
    "false, ,              ,               ",
    "false, ,              none,           ",
    "false, Enabled,       ,               Disabled",
    "false, Enabled,       Enabled,        PendingRestart",
    "false, PendingRestart, PendingRestart, PendingRestart",
  })
  void aVmIsInThisStateNext(
      boolean isSelected,
      @Nullable String vm,
      @Nullable String instance,
      @Nullable String expected) {
    // given
    var state = Optional.ofNullable(instance).map(text -> text.equals("none") ? "" : text);

    // when
    var next = Tracking.ofVm(isSelected, Optional.ofNullable(vm), state);

    // then
    assertThat(next).isEqualTo(Optional.ofNullable(expected));
  }
}
