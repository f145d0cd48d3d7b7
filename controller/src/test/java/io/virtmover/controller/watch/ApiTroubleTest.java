// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.failure.FailureKind;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiTroubleTest {
  @ParameterizedTest
  @CsvSource({
    "403, 'pods is forbidden: exceeded quota', ACCESS_DENIED",
    "404, 'namespaces orders not found', INVALID_REQUEST",
    "400, 'pvcName is required', INVALID_REQUEST",
    "422, 'spec.source: kind must be VirtualMachine', INVALID_REQUEST",
    "422, 'VirtualMachineBackup \"n\" in progress for source', UNAVAILABLE",
    "400, 'VirtualMachineBackup \"n\" in progress for source', UNAVAILABLE",
    "401, 'Unauthorized', UNAVAILABLE",
    "409, 'the object has been modified', UNAVAILABLE",
    "429, 'too many requests', UNAVAILABLE",
    "500, 'failed calling webhook', UNAVAILABLE",
    "503, 'apiserver is shutting down', UNAVAILABLE"
  })
  void aRefusal_isAFailureOfItsKindWithTheServersWords(int code, String words, FailureKind kind) {
    // when
    var failure = ApiTrouble.of(refusal(code, words));

    // then
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessage("The API server refuses: " + words);
  }

  @ParameterizedTest
  @CsvSource({
    "403, 'claims is forbidden: exceeded quota: q, requested: 1, limited: 0', true",
    "403, 'User x cannot create claims', false",
    "409, 'exceeded quota', false"
  })
  void aQuotaWithoutRoom_mayHaveSomeLater(int code, String words, boolean mayPass) {
    // then
    assertThat(ApiTrouble.isLackOfRoom(refusal(code, words))).isEqualTo(mayPass);
  }

  @ParameterizedTest
  @CsvSource({
    "403, 'pods is forbidden: User \"system:serviceaccount:velero:c\" cannot get resource \"pods\"', true",
    "403, 'pods is forbidden: exceeded quota: q', false",
    "403, 'pods is forbidden: violates PodSecurity', false",
    "401, 'User \"c\" cannot get resource \"pods\"', false"
  })
  void aRightThatIsNotThere_isToldFromOtherRefusals(int code, String words, boolean isIt) {
    // then
    assertThat(ApiTrouble.isLackOfRights(refusal(code, words))).isEqualTo(isIt);
  }

  @Test
  void aWebhooksManyLines_areOneThatIsNotTooLong() {
    // given
    var status =
        new StatusBuilder().withCode(400).withMessage("denied:\n\n  no\n" + "x".repeat(9_000));

    // when
    var words = ApiTrouble.words(new KubernetesClientException("ours", 400, status.build()));

    // then
    assertThat(words).startsWith("denied: no xxx").hasLineCount(1).hasSizeLessThan(600);
  }

  @Test
  void aTimeoutWithoutAWord_isNamed() {
    // given
    var timeout = new KubernetesClientException((String) null, new TimeoutException());

    // then
    assertThat(ApiTrouble.of(timeout))
        .hasMessage("The API server does not answer: TimeoutException");
  }

  @Test
  void aServerThatDoesNotAnswer_mayAnswerLater() {
    // when
    var failure =
        ApiTrouble.of(new KubernetesClientException("no route", new IOException("unreachable")));

    // then
    assertThat(failure.kind()).isEqualTo(FailureKind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining("no route");
  }

  @Test
  void anAnswerWithoutWords_isToldAsTheClientHasIt() {
    // given
    var status = new StatusBuilder().withCode(500).withMessage("").build();

    // then
    assertThat(ApiTrouble.of(new KubernetesClientException("Failure executing: PUT", 500, status)))
        .hasMessageContaining("Failure executing: PUT");
  }

  private static KubernetesClientException refusal(int code, String words) {
    var status = new StatusBuilder().withCode(code).withMessage(words).build();
    return new KubernetesClientException("ours", code, status);
  }
}
