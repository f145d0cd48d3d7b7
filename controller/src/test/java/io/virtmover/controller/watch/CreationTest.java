// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreationTest {
  @ParameterizedTest
  @CsvSource({
    "409, AlreadyExists, 'jobs.batch \"a\" already exists'",
    "409, AlreadyExists, ''",
    "422, Invalid, 'admission webhook \"x\" denied the request: VirtualMachineBackup \"a\" already exists'",
    "400, BadRequest, 'admission webhook \"x\" denied the request: VirtualMachineBackup \"a\" already exists'"
  })
  void whatIsThereAlready_isFine(int code, String reason, String words) {
    assertThatCode(() -> Creation.unlessThere(() -> refuse(code, reason, words)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "409, Conflict, 'Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified'",
    "403, Forbidden, 'pods is forbidden: exceeded quota'",
    "422, Invalid, 'VirtualMachineBackup \"a\" in progress for source'",
    "500, InternalError, 'failed calling webhook'"
  })
  void anotherRefusal_isTold(int code, String reason, String words) {
    assertThatThrownBy(() -> Creation.unlessThere(() -> refuse(code, reason, words)))
        .isInstanceOf(KubernetesClientException.class);
  }

  @Test
  void aServerThatDoesNotAnswer_isTold() {
    assertThatThrownBy(
            () ->
                Creation.unlessThere(
                    () -> {
                      throw new KubernetesClientException("no route");
                    }))
        .hasMessageContaining("no route");
  }

  private static void refuse(int code, String reason, String words) {
    var status = new StatusBuilder().withCode(code).withReason(reason).withMessage(words).build();
    throw new KubernetesClientException("Failure executing", code, status);
  }
}
