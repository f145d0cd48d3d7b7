// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.filter.NameFilter;
import io.virtmover.velero.item.Yaml;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VolumePolicyTest {
  private static final PolicyVolume BOUND =
      new PolicyVolume(
          Yaml.item(
              """
              metadata: {name: root, labels: {tier: gold}}
              spec: {volumeName: pv-1}
              status: {phase: Bound}
              """),
          Optional.of(
              Yaml.item(
                  """
                  metadata: {name: pv-1}
                  spec:
                    capacity: {storage: 10Gi}
                    storageClassName: fast
                    csi: {driver: disk.example.org, volumeAttributes: {pool: a}}
                  """)));
  private static final PolicyVolume UNBOUND =
      new PolicyVolume(
          Yaml.item(
              """
              metadata: {name: root}
              status: {phase: Pending}
              """),
          Optional.empty());

  private static VolumePolicy policy(String conditions) {
    return VolumePolicy.read(
        """
        version: v1
        volumePolicies:
        - conditions: {%s}
          action: {type: custom, parameters: {datamover: cnv}}
        """
            .formatted(conditions),
        false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "capacity: '10Gi,10Gi'",
        "capacity: ',10Gi'",
        "capacity: '5Gi,'",
        "capacity: ' 5Gi , 0'",
        "storageClass: [slow, fast]",
        "storageClass: []",
        "csi: {}",
        "csi: {driver: disk.example.org}",
        "csi: {driver: disk.example.org, volumeAttributes: {pool: a, other: ''}}",
        "volumeTypes: [nfs, csi]",
        "pvcLabels: {tier: gold}",
        "pvcLabels: {}",
        "pvcPhase: [Pending, Bound]",
        "storageClass: [fast], capacity: ',20Gi'"
      })
  void shouldHandOverAVolumeThatMeetsAllConditions(String conditions) {
    // when
    var assignment = policy(conditions).of(BOUND);

    // then
    assertThat(assignment).isEqualTo(Assignment.OURS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "capacity: '11Gi,'",
        "capacity: ',9Gi'",
        "storageClass: [slow]",
        "csi: {driver: '*'}",
        "csi: {driver: disk.example.org, volumeAttributes: {pool: b}}",
        "nfs: {}",
        "volumeTypes: [nfs]",
        "pvcLabels: {tier: silver}",
        "pvcPhase: [Pending]",
        "storageClass: [fast], capacity: ',9Gi'"
      })
  void shouldSayNothingOfAVolumeThatDoesNot(String conditions) {
    // when
    var assignment = policy(conditions).of(BOUND);

    // then
    assertThat(assignment).isEqualTo(Assignment.UNSAID);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "capacity: ',10Gi'; OURS",
        "storageClass: [fast]; UNSAID",
        "csi: {}; UNSAID",
        "pvcPhase: [Pending]; OURS"
      })
  void shouldKnowLittleOfAClaimWithoutVolume(String conditions, Assignment wanted) {
    // when
    var assignment = policy(conditions).of(UNBOUND);

    // then
    assertThat(assignment).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{type: custom, parameters: {datamover: cnv}}; OURS",
        "{type: custom, parameters: {datamover: kubevirt}}; OTHERS",
        "{type: custom, parameters: {datamover: [cnv]}}; OTHERS",
        "{type: custom}; OTHERS",
        "{type: snapshot}; OTHERS",
        "{type: fs-backup}; FILES",
        "{type: skip}; OTHERS"
      })
  void shouldObeyTheFirstEntryThatIsMet(String action, Assignment wanted) {
    // given
    var policy =
        VolumePolicy.read(
            """
            version: v1
            volumePolicies:
            - conditions: {storageClass: [slow]}
              action: {type: snapshot}
            - conditions: {}
              action: %s
            - conditions: {}
              action: {type: custom, parameters: {datamover: cnv}}
            """
                .formatted(action),
            false);

    // when
    var assignment = policy.of(BOUND);

    // then
    assertThat(assignment).isEqualTo(wanted);
  }

  @Test
  void shouldTakeWhatIsSkippedWhereTheBackupSaysSo() {
    // given
    var policy =
        VolumePolicy.read(
            """
            version: v1
            volumePolicies:
            - conditions: {}
              action: {type: skip}
            """,
            true);

    // when
    var assignment = policy.of(BOUND);

    // then
    assertThat(assignment).isEqualTo(Assignment.OURS);
  }

  @Test
  void shouldSayWhichKindsItHasInTheBackup() {
    // when
    var policy =
        VolumePolicy.read(
            """
            version: v1
            includeExcludePolicy:
              includedNamespaceScopedResources: [pvc]
              excludedNamespaceScopedResources: [vm]
              excludedClusterScopedResources: [pv]
            """,
            false);

    // then
    assertThat(policy.kinds()).isEqualTo(new NameFilter(List.of("pvc"), List.of("vm")));
    assertThat(VolumePolicy.NONE.kinds()).isEqualTo(NameFilter.ALL);
  }

  @Test
  void shouldReadWordsAsYaml12Does() {
    // given
    var policy = policy("pvcLabels: {tier: on}");
    var volume = new PolicyVolume(Yaml.item("metadata: {labels: {tier: 'on'}}"), Optional.empty());

    // when
    var assignment = policy.of(volume);

    // then
    assertThat(assignment).isEqualTo(Assignment.OURS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "nfs: {}; OURS",
        "nfs: {server: n, path: ''}; OURS",
        "nfs: {server: n, path: /p}; OURS",
        "nfs: {server: other}; UNSAID"
      })
  void shouldCompareOnlyWhatAnNfsConditionSays(String conditions, Assignment wanted) {
    // given
    var volume =
        new PolicyVolume(
            Yaml.item("metadata: {name: root}"),
            Optional.of(Yaml.item("spec: {nfs: {server: n, path: /p}}")));

    // when
    var assignment = policy(conditions).of(volume);

    // then
    assertThat(assignment).isEqualTo(wanted);
  }

  @Test
  void shouldNameAConditionThatItDoesNotKnow() {
    // then
    assertThatThrownBy(() -> policy("moonPhase: [full]").of(BOUND))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("the condition 'moonPhase'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version: v2", "volumePolicies: []", "'", "[1"})
  void shouldRefuseWhatIsNoPolicy(String text) {
    // then
    assertThatThrownBy(() -> VolumePolicy.read(text, false)).isInstanceOf(VirtMoverException.class);
  }
}
