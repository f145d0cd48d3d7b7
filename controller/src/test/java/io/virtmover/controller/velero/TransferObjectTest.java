// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.velero;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.Keys;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransferObjectTest {
  static Stream<Class<? extends TransferObject>> kinds() {
    return Stream.of(DataUpload.class, DataDownload.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void shouldBeReadAsWhatItIs(Class<? extends TransferObject> kind) {
    // given
    var text =
        """
        apiVersion: velero.io/v2alpha1
        kind: %s
        metadata:
          name: one
          annotations: {kubevirt-datamover.io/vm-name: db}
        spec: {datamover: cnv, cancel: true, snapshotType: CSI, operationTimeout: 4h}
        status: {phase: InProgress, node: somewhere}
        """
            .formatted(kind.getSimpleName());

    // when
    var request = new KubernetesSerialization().unmarshal(text, kind);

    // then
    assertThat(request.datamover()).isEqualTo("cnv");
    assertThat(request.isCancelWanted()).isTrue();
    assertThat(request.phase()).isEqualTo(TransferPhase.IN_PROGRESS);
    assertThat(request.annotation(Keys.VM_NAME)).contains("db");
  }
}
