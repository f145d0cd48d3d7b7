// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Yaml;
import io.virtmover.velero.kubernetes.FakeKubernetesApi;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.log.RecordedLog;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final FakeKubernetesApi kubernetes = new FakeKubernetesApi();
  private final Requests uploads =
      Requests.uploads(new Surroundings(kubernetes, new RecordedLog(), () -> NOW, "velero"));

  private static ObjectNode upload(String operation, String status) {
    return Yaml.object(
        """
        kind: DataUpload
        metadata: {name: du, namespace: velero, labels: {velero.io/async-operation-id: %s}}
        spec: {cancel: false}
        status: {%s}
        """
            .formatted(operation, status));
  }

  private OperationProgress progress(String status) {
    kubernetes.with(ResourceType.DATA_UPLOADS, upload("op", status));
    return uploads.progress("op");
  }

  @Test
  void shouldShowHowFarItIs() {
    // when
    var progress =
        progress(
            "phase: InProgress, startTimestamp: '2025-12-31T23:00:00Z', progress: {bytesDone: 3, totalBytes: 8}");

    // then
    assertThat(progress)
        .isEqualTo(
            new OperationProgress(
                false,
                Optional.empty(),
                3,
                8,
                "Bytes",
                "InProgress",
                Optional.of(Instant.parse("2025-12-31T23:00:00Z")),
                Optional.of(NOW)));
  }

  @Test
  void shouldPassOnWhatItWaitsFor() {
    assertThat(
            progress("phase: Accepted, message: 'Waits for the store: no answer.'").description())
        .isEqualTo("Accepted: Waits for the store: no answer.");
    assertThat(progress("phase: Completed, message: Full backup.").description())
        .isEqualTo("Completed");
  }

  @Test
  void shouldSayThatNobodyHasTakenIt() {
    // when
    var progress = progress("");

    // then
    assertThat(progress.completed()).isFalse();
    assertThat(progress.description()).isEqualTo("New: waits for VirtMover's controller");
  }

  @Test
  void shouldHaveDoneAllWhenItIsCompleted() {
    // when
    var progress =
        progress(
            "phase: Completed, progress: {bytesDone: 3, totalBytes: 8}, message: Full backup.");

    // then
    assertThat(progress.completed()).isTrue();
    assertThat(progress.error()).isEmpty();
    assertThat(progress.done()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "'phase: Failed, message: no room', no room",
    "'phase: Canceled, message: stopped by a user', stopped by a user",
    "'phase: Failed', 'DataUpload du ended as Failed, and its message does not say why'"
  })
  void shouldAlwaysSayWhyItFailed(String status, String error) {
    // when
    var progress = progress(status);

    // then
    assertThat(progress.completed()).isTrue();
    assertThat(progress.error()).contains(error);
  }

  @Test
  void shouldEndWhenTheRequestIsGone() {
    // when
    var progress = uploads.progress("op");

    // then
    assertThat(progress.completed()).isTrue();
    assertThat(progress.error())
        .hasValueSatisfying(
            error ->
                assertThat(error)
                    .startsWith("The datauploads.velero.io of the operation op is gone"));
  }

  @Test
  void shouldWaitWhileTheApiServerDoesNotAnswer() {
    // given
    kubernetes.breakDown();

    // when
    var progress = uploads.progress("op");

    // then
    assertThat(progress.completed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"InProgress, true", "Completed, false", "Failed, false"})
  void shouldStopOnlyWhatHasNotEnded(String phase, boolean isStopped) {
    // given
    kubernetes.with(ResourceType.DATA_UPLOADS, upload("op", "phase: " + phase));

    // when
    uploads.cancel("op");
    uploads.cancel("op");

    // then
    assertThat(kubernetes.all(ResourceType.DATA_UPLOADS).getFirst().at("/spec/cancel").asBoolean())
        .isEqualTo(isStopped);
    assertThat(kubernetes.calls())
        .filteredOn("patch datauploads.velero.io"::equals)
        .hasSize(isStopped ? 1 : 0);
  }

  @Test
  void shouldStopWhatIsGoneWithoutAWord() {
    // when
    uploads.cancel("op");

    // then
    assertThat(kubernetes.calls()).containsExactly("list datauploads.velero.io");
  }

  @Test
  void shouldNotTakeAnotherOperationsRequestForItsOwn() {
    // given
    kubernetes.with(ResourceType.DATA_UPLOADS, upload("other", ""));

    // then
    assertThatThrownBy(() -> uploads.make(upload("op", "")))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("velero/du of another operation");
  }
}
