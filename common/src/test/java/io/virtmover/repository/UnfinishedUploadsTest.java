// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnfinishedUploadsTest {
  private static final String FOLDER = "b-kubevirt-datamover/checkpoints/ns1/";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final VmRepository repository =
      new VmRepository(store, RepositoryRoot.ofPrefix("b"), new VmRef("ns1", "vm1"));

  @Test
  void thoseOfATry_areEnded_andNoOthers() {
    // given
    var lost = FOLDER + "vm1/du-a-0123-2026-11-27_10-00-00/du-a-0123-root.qcow2";
    var other = FOLDER + "vm1/du-b-4567-2026-11-27_10-00-00/du-b-4567-root.qcow2";
    var otherVm = FOLDER + "vm10/du-a-0123-2026-11-27_10-00-00/du-a-0123-root.qcow2";
    var _ = store.createMultipart(lost, Map.of());
    var _ = store.uploadPart(store.createMultipart(lost, Map.of()), 1, PartBody.of(new byte[1]));
    var _ = store.createMultipart(other, Map.of());
    var _ = store.createMultipart(otherVm, Map.of());

    // when
    var ended = UnfinishedUploads.end(repository, "du-a-0123", PATIENCE);

    // then
    assertThat(ended).containsExactly(lost, lost);
    assertThat(store.openUploads(""))
        .extracting(MultipartUpload::key)
        .containsExactlyInAnyOrder(other, otherVm);
  }

  @Test
  void whenTimeIsUp_theOthersStay() {
    // given
    var key = FOLDER + "vm1/du-a-0123-2026-11-27_10-00-00/du-a-0123-root.qcow2";
    var _ = store.createMultipart(key, Map.of());

    // when
    var ended = UnfinishedUploads.end(repository, "du-a-0123", Duration.ofNanos(-1));

    // then
    assertThat(ended).isEmpty();
    assertThat(store.openUploads("")).hasSize(1);
  }

  @Test
  void anEmptyName_isRefused() {
    assertThatThrownBy(() -> UnfinishedUploads.end(repository, "", PATIENCE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
