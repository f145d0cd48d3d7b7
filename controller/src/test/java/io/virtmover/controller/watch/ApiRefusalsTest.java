// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.failure.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiRefusalsTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T02:00:00Z");
  private static final String NO_RIGHT =
      "jobs.batch is forbidden: User \"c\" cannot create resource \"jobs\"";

  private final ApiRefusals refusals = new ApiRefusals(new Tries());

  @ParameterizedTest
  @CsvSource({
    "401, Unauthorized",
    "409, 'Operation cannot be fulfilled on resourcequotas'",
    "429, 'too many requests'",
    "500, 'failed calling webhook'",
    "503, 'apiserver is shutting down'",
    "400, 'VirtualMachineBackup in progress for source'",
    "403, 'jobs.batch is forbidden: exceeded quota: q, requested: 1, limited: 0'"
  })
  void whatMayPass_endsNothingHoweverLongItLasts(int code, String words) {
    // given
    var refusal = refusal(code, words);
    var _ = refusals.end("a", refusal, FIRST);

    // then
    for (var minute = 1; minute < 60; minute++) {
      assertThat(refusals.end("a", refusal, FIRST.plus(Duration.ofMinutes(minute)))).isEmpty();
    }
  }

  @Test
  void aServerThatDoesNotAnswer_endsNothing() {
    // given
    var failure = new KubernetesClientException("no route", new IOException("unreachable"));

    // then
    assertThat(refusals.end("a", failure, FIRST)).isEmpty();
    assertThat(refusals.end("a", failure, FIRST.plus(Duration.ofMinutes(4)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "422, 'Job.batch is invalid: spec.template: Required value.'",
    "400, 'admission webhook x denied the request: no'",
    "404, 'namespaces shop not found'"
  })
  void whatIsInvalid_endsARequestAtOnceAndSaysWhatToDo(int code, String words) {
    // then
    assertThat(refusals.end("a", refusal(code, words), FIRST))
        .hasValueSatisfying(
            failure -> {
              assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
              assertThat(failure)
                  .hasMessage(
                      "The API server refuses: %s. Mend what it names, in the request, in VirtMover's settings or in an admission rule, and ask again.",
                      words.replace("value.", "value"));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "'jobs.batch is forbidden: User \"c\" cannot create resource', 'Give the controller this right'",
    "'pods \"a\" is forbidden: violates PodSecurity', 'Change the policy that forbids it'"
  })
  void whatIsDenied_endsARequestAfterAMinute(String words, String advice) {
    // given
    var refusal = refusal(403, words);

    // then
    assertThat(refusals.end("a", refusal, FIRST)).isEmpty();
    assertThat(refusals.end("a", refusal, FIRST.plusSeconds(59))).isEmpty();
    assertThat(refusals.end("a", refusal, FIRST.plusSeconds(60)))
        .hasValueSatisfying(
            failure -> {
              assertThat(failure.kind()).isEqualTo(FailureKind.ACCESS_DENIED);
              assertThat(failure).hasMessageContaining(words).hasMessageContaining(advice);
            });
  }

  @Test
  void aPassThatComesThrough_endsTheMinute() {
    // given
    var refusal = refusal(403, NO_RIGHT);
    var _ = refusals.end("a", refusal, FIRST);

    // when
    refusals.none("a");

    // then
    assertThat(refusals.end("a", refusal, FIRST.plusSeconds(60))).isEmpty();
    assertThat(refusals.end("a", refusal, FIRST.plusSeconds(120))).isPresent();
  }

  @Test
  void anAttempt_hasAMinuteOfItsOwn() {
    // given
    var refusal = refusal(403, NO_RIGHT);
    var _ = refusals.end("a", refusal, FIRST);

    // then
    assertThat(refusals.end("b", refusal, FIRST.plusSeconds(60))).isEmpty();
  }

  private static KubernetesClientException refusal(int code, String words) {
    var status = new StatusBuilder().withCode(code).withMessage(words).build();
    return new KubernetesClientException("ours", code, status);
  }
}
