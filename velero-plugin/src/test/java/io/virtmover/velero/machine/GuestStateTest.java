// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.item.Yaml;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestStateTest {
  @ParameterizedTest
  @CsvSource({
    "'{devices: {tpm: {persistent: true}}}', true",
    "'{firmware: {bootloader: {efi: {persistent: true, secureBoot: false}}}}', true",
    "'{devices: {tpm: {}}, firmware: {bootloader: {efi: {secureBoot: false}}}}', false",
    "'{devices: {tpm: {persistent: false}}}', false",
    "'{}', false"
  })
  void shouldBeWhatIsPersistent(String domain, boolean isKept) {
    // given
    var vm = Yaml.item("spec: {template: {spec: {domain: %s}}}".formatted(domain));
    var instance = Yaml.item("spec: {domain: %s}".formatted(domain));

    // then
    assertThat(GuestState.isKept(vm, Optional.empty())).isEqualTo(isKept);
    assertThat(GuestState.isKept(vm, Optional.of(instance))).isEqualTo(isKept);
  }

  @ParameterizedTest
  @CsvSource({"'{}', false", "'{devices: {tpm: {persistent: true}}}', true"})
  void shouldGoByTheInstanceWhereAPreferenceMaySaySo(String domain, boolean isKept) {
    // given
    var vm = Yaml.item("spec: {preference: {name: windows}, template: {spec: {domain: {}}}}");
    var instance = Yaml.item("spec: {domain: %s}".formatted(domain));

    // then
    assertThat(GuestState.isKept(vm, Optional.empty())).isTrue();
    assertThat(GuestState.isKept(vm, Optional.of(instance))).isEqualTo(isKept);
  }
}
