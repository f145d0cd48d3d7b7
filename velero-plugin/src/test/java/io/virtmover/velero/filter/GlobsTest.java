// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "*; true",
        "virtualmachines.kubevirt.io; true",
        "virtual*; true",
        "*.kubevirt.io; true",
        "virtualmachines?kubevirt.io; true",
        "virtualmachine[st].kubevirt.io; true",
        "virtualmachine[!a-r].kubevirt.io; true",
        "{pods,virtualmachines}.kubevirt.io; true",
        "virtualmachines\\.kubevirt.io; true",
        "virtualmachines; false",
        "virtualmachine?; false",
        "virtualmachine[!s].kubevirt.io; false",
        "virtualmachines.kubevirt.i\\*; false",
        "virtualmachinesXkubevirt.io; false",
        "virtual[; false",
        "virtual{*; false",
        "VirtualMachines.kubevirt.io; false"
      })
  void shouldMeanWhatVeleroMeans(String glob, boolean isMeant) {
    // when
    var matches = Globs.match(List.of("other", glob), "virtualmachines.kubevirt.io");

    // then
    assertThat(matches).isEqualTo(isMeant);
  }

  @Test
  void shouldMeanNothingWithoutGlobs() {
    // when
    var matches = Globs.match(List.of(), "virtualmachines.kubevirt.io");

    // then
    assertThat(matches).isFalse();
  }
}
