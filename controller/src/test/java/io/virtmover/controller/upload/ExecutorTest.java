// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeUpload.in;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExecutorTest {
  static Stream<RuntimeException> refusals() {
    return Stream.of(
        new KubernetesClientException("exceeded quota: q", 403, null),
        new VirtMoverException(FailureKind.UNAVAILABLE, "The store is away."));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whoHasMadeNothing_leavesItsTurnToOthers(RuntimeException refusal) {
    assertThat(Executor.isNothingMade(Seen.of(in("Accepted")).look(), refusal)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void whoHasMadeAPart_keepsItsSlot(RuntimeException refusal) {
    // given
    var seen = Seen.of(in("Accepted")).own("PersistentVolumeClaim orders/du-night-1").look();

    // then
    assertThat(Executor.isNothingMade(seen, refusal)).isFalse();
  }

  @Test
  void whoMayHaveMadeAPart_keepsItsSlot() {
    // given
    var cutOff = new KubernetesClientException("timeout");

    // then
    assertThat(Executor.isNothingMade(Seen.of(in("Accepted")).look(), cutOff)).isFalse();
  }
}
