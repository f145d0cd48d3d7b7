// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.velero.action.ActionKind;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.kubernetes.FakeKubernetesApi;
import io.virtmover.velero.log.RecordedLog;
import java.time.InstantSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtMoverActionsTest {
  @ParameterizedTest
  @CsvSource({
    "BACKUP, disk instance vm",
    "RESTORE, claim data-volume discard-backups discard-exports discard-instances discard-launchers discard-own discard-volumes vm",
    "DELETE, vm",
    "ITEM_BLOCK, claim vm"
  })
  void shouldKeepItsNamesInAllReleases(ActionKind kind, String words) {
    // given
    var kubernetes = new FakeKubernetesApi();

    // when
    var names =
        VirtMoverActions.of(
                new Surroundings(kubernetes, new RecordedLog(), InstantSource.system(), "velero"))
            .names(kind);

    // then
    assertThat(names.map(name -> name.replace("virtmover.io/", "")))
        .containsExactly(words.split(" "));
    assertThat(kubernetes.calls()).as("nothing is asked before there is something to do").isEmpty();
  }
}
