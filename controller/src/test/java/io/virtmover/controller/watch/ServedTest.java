// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataUpload;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServedTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  static {
    YAML.registerKubernetesResource(DataUpload.class);
  }

  /** The Go project's controller serves those of its own plugin, beside us. */
  @ParameterizedTest
  @CsvSource({
    "cnv, '', false, true",
    "cnv, InProgress, true, true",
    "cnv, Completed, true, true",
    "cnv, Completed, false, false",
    "kubevirt, '', false, false",
    "velero, '', false, false",
    "'', '', false, false"
  })
  void weServeOurOwnUntilTheyAreCleanedUpBehind(
      String datamover, String phase, boolean isHeld, boolean isServed) {
    assertThat(new Served().accept(request(datamover, phase, isHeld))).isEqualTo(isServed);
  }

  private static DataUpload request(String datamover, String phase, boolean isHeld) {
    var finalizers = Stream.of("virtmover.io/cleanup").filter(_ -> isHeld).toList();
    return YAML.unmarshal(
        """
        apiVersion: velero.io/v2alpha1
        kind: DataUpload
        metadata: {name: a, finalizers: %s}
        spec: {datamover: "%s"}
        status: {phase: "%s"}
        """
            .formatted(finalizers, datamover, phase),
        DataUpload.class);
  }
}
