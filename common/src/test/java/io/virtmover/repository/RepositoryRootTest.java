// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where everything lies, as docs/repository-format.md has it. */
class RepositoryRootTest {
  private static final VmRef VM = new VmRef("shop", "db-01");
  private static final CheckpointName CHECKPOINT = new CheckpointName("c1");

  @ParameterizedTest
  @CsvSource({
    "'', plugins/kubevirt-datamover",
    "oadp, oadp-kubevirt-datamover",
    "a/b, a/b-kubevirt-datamover"
  })
  void theRoot_isASiblingOfVelerosPrefix(String prefix, String path) {
    // given
    var root = RepositoryRoot.ofPrefix(prefix);

    // then
    assertThat(root.path()).isEqualTo(path);
    assertThat(root.key("manifests/b1/index.json")).isEqualTo(path + "/manifests/b1/index.json");
  }

  @Test
  void everyObject_hasItsPath() {
    var folder = "checkpoints/shop/db-01/";
    assertThat(RepositoryRoot.vmFolder(VM)).isEqualTo(folder);
    assertThat(RepositoryRoot.indexPath(VM)).isEqualTo(folder + "index.json");
    assertThat(RepositoryRoot.recordPath(VM, CHECKPOINT)).isEqualTo(folder + "c1/checkpoint.json");
    assertThat(RepositoryRoot.trackerPath(VM, CHECKPOINT)).isEqualTo(folder + "c1/vmbt.json");
    var image = RepositoryRoot.imagePath(VM, CHECKPOINT, "b1-d.qcow2");
    assertThat(image).isEqualTo(folder + "c1/b1-d.qcow2");
    assertThat(RepositoryRoot.extentsPath(image)).isEqualTo(folder + "c1/b1-d.qcow2.extents");
    var backup = new BackupName("b1");
    assertThat(RepositoryRoot.backupIndexPath(backup)).isEqualTo("manifests/b1/index.json");
    assertThat(RepositoryRoot.manifestPath(backup, VM)).isEqualTo("manifests/b1/shop-db-01.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b1-d.qcow2", "...", ".a", "a b", "d\u00e4mon"})
  void aPlainName_isOneSegment(String name) {
    assertThat(RepositoryRoot.isPlainName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/", "../index.json", "a\\b", "a\u0000", "a\nb"})
  void whatLeadsElsewhere_isNoPlainName(String name) {
    assertThat(RepositoryRoot.isPlainName(name)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "oadp-kubevirt-datamover/checkpoints/shop/db-01/c1/checkpoint.json, c1",
    "oadp-kubevirt-datamover/checkpoints/shop/db-01/checkpoint.json,",
    "oadp-kubevirt-datamover/checkpoints/shop/db-01//checkpoint.json,",
    "oadp-kubevirt-datamover/checkpoints/shop/db-01/c1/vmbt.json,",
    "oadp-kubevirt-datamover/checkpoints/shop/db-02/c1/checkpoint.json,"
  })
  void aRecordsKeyTellsItsCheckpoint(String key, String checkpoint) {
    assertThat(RepositoryRoot.ofPrefix("oadp").recordedCheckpoint(VM, key))
        .isEqualTo(Optional.ofNullable(checkpoint));
  }
}
