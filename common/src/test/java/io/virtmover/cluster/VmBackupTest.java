// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.cluster.VmBackupState.Cause;
import io.virtmover.cluster.VmBackupState.Completed;
import io.virtmover.cluster.VmBackupState.Failed;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.VirtMoverException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no recording holds; the recorded lives are {@link RecordedLivesTest}'s. */
class VmBackupTest {
  private static final String DONE = "{'type':'Done','status':'True','reason':'%s'}";

  @Test
  void theTypeOfEachVolume_isReadWhereTheReleaseSaysIt() throws Exception {
    // when
    var backup = backup("'includedVolumes':[{'volumeName':'a','type':'Full'},{'volumeName':'b'}]");

    // then
    assertThat(backup.volumes())
        .extracting(VmBackup.IncludedVolume::type)
        .containsExactly(Optional.of(BackupType.FULL), Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "Full, b-2026-11-24_04-22-44, true",
    "Incremental, b-2026-11-24_04-22-44, true",
    "'', b-2026-11-24_04-22-44, false",
    "Full, b-2026-11-24_04-22-45, false",
    "Full, a-2026-11-24_04-22-44, false",
    "Full, '', false"
  })
  void aCompleteBackup_isOursWithATypeAndItsOwnCheckpoint(
      String type, String checkpoint, boolean isOwn) throws Exception {
    // when
    var backup =
        backup(
            "'type':'%s','checkpointName':'%s','conditions':[{'type':'Complete','status':'True'}]"
                .formatted(type, checkpoint));

    // then
    assertThat(backup.isOwnResult()).isEqualTo(isOwn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Complete", "Failed", "Done"})
  void anEnd_isKnown(String type) throws Exception {
    // given
    var end = "{'type':'%s','status':'%s'}";

    // then
    assertThat(backup("'conditions':[" + end.formatted(type, "True") + "]").hasEnded()).isTrue();
    assertThat(backup("'conditions':[" + end.formatted(type, "False") + "]").hasEnded()).isFalse();
  }

  @Test
  void anEndThatNobodyKnows_isNoSuccess() throws Exception {
    // when
    var backup = backup("'conditions':[" + DONE.formatted("Backup was put off") + "]");

    // then
    assertThat(backup.state()).isEqualTo(new Failed(Cause.JOB_FAILED, "Backup was put off"));
  }

  @Test
  void aSuccessThatWarns_wasNotQuiesced() throws Exception {
    // when
    var backup =
        backup(
            "'conditions':["
                + DONE.formatted("Completed VirtualMachineBackup, warning: no guest agent")
                + "]");

    // then
    assertThat(backup.state()).isEqualTo(new Completed(Optional.of("no guest agent")));
    assertThat(backup.quiesce()).isEqualTo(Quiesce.FAILED);
    assertThat(backup("'conditions':[" + DONE.formatted("Successfully completed") + "]").quiesce())
        .isEqualTo(Quiesce.UNKNOWN);
  }

  @Test
  void aFailureWithoutWords_hasSome() throws Exception {
    // when
    var backup = backup("'conditions':[" + DONE.formatted("") + "]");

    // then
    assertThat(backup.state()).isEqualTo(new Failed(Cause.JOB_FAILED, "KubeVirt does not say why"));
  }

  @Test
  void aTypeThatNobodyKnows_isUnsupported() {
    assertThatThrownBy(() -> backup("'type':'Differential'"))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("VirtualMachineBackup b cannot be read", "Differential");
  }

  private static VmBackup backup(String status) throws JsonProcessingException {
    var text =
        "{'metadata':{'namespace':'shop','name':'b','creationTimestamp':'2026-11-24T04:22:44Z'},"
            + "'status':{%s}}".formatted(status);
    return VmBackup.read(new ObjectMapper().readTree(text.replace('\'', '"')));
  }
}
