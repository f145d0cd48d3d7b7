// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.item.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiscardTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "virtualmachinebackups.backup.kubevirt.io; kind: VirtualMachineBackup; true",
        "virtualmachinebackuptrackers.backup.kubevirt.io; kind: VirtualMachineBackupTracker; true",
        "virtualmachineexports.export.kubevirt.io; spec: {source: {kind: VirtualMachineBackup}}; true",
        "virtualmachineexports.export.kubevirt.io; spec: {source: {kind: VirtualMachine}}; false",
        "virtualmachineinstances.kubevirt.io; metadata: {ownerReferences: [{kind: VirtualMachine, name: db}]}; true",
        "virtualmachineinstances.kubevirt.io; metadata: {name: lone}; false",
        "persistentvolumes; 'metadata: {annotations: {virtmover.io/vm-name: db, virtmover.io/data-upload: du}}'; true",
        "persistentvolumes; metadata: {name: pv}; false",
        "pods; kind: Pod; true",
        "jobs.batch; kind: Job; true"
      })
  void shouldKeepOutWhatHarms(String resource, String object, boolean isKeptOut) {
    // given
    ObjectNode item = Yaml.object(object);

    // when
    var isSkipped =
        Discard.all().stream()
            .filter(discard -> discard.appliesTo().resources().contains(resource))
            .anyMatch(discard -> discard.execute(item, item, item).skipRestore());

    // then
    assertThat(isSkipped).isEqualTo(isKeptOut);
  }

  @ParameterizedTest
  @CsvSource({"pods", "secrets", "persistentvolumeclaims", "jobs.batch"})
  void shouldLookAtObjectsOfCommonKindsOnlyByLabel(String resource) {
    // when
    var discards =
        Discard.all().stream()
            .filter(discard -> discard.appliesTo().resources().contains(resource));

    // then
    assertThat(discards)
        .allSatisfy(discard -> assertThat(discard.appliesTo().labels()).isNotEmpty());
  }
}
