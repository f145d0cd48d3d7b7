// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.HandClock;
import io.virtmover.controller.StartedReconciler;
import io.virtmover.controller.callback.SomeReports;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.kubevirt.SomeKubeVirt;
import io.virtmover.controller.kubevirt.TrackingGaps;
import io.virtmover.controller.leadership.SomeLeadership;
import io.virtmover.controller.location.SomeLocations;
import io.virtmover.controller.metrics.SomeMetrics;
import io.virtmover.controller.mover.SomeMovers;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.queue.SomeSlots;
import io.virtmover.controller.report.SomeEvents;
import io.virtmover.controller.report.SomeRequests;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.volume.SomeMoves;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.controller.watch.SomeRefusals;
import io.virtmover.controller.watch.Tries;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.ResultCodec;
import io.virtmover.transfer.TransferResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request whose turn it is or is not, and an API server that denies what it needs. */
class UploadReconcilerTest {
  private static final String UPLOADS = "/apis/velero.io/v2alpha1/namespaces/velero/datauploads/";
  private static final String LOCATION =
      "GET /apis/velero.io/v1/namespaces/velero/backupstoragelocations/default";
  private static final String NO_RIGHT =
      "backupstoragelocations.velero.io \"default\" is forbidden: User"
          + " \"system:serviceaccount:velero:virtmover-controller\" cannot get resource"
          + " \"backupstoragelocations\" in API group \"velero.io\" in the namespace \"velero\"";

  private static final String NAME = Observer.name(SomeUpload.in("InProgress"), Retries.NONE);
  private static final String BACKUPS =
      "/apis/backup.kubevirt.io/v1alpha1/namespaces/orders/virtualmachinebackups/";
  private static final KubernetesSerialization JSON = new KubernetesSerialization();

  private final HandClock clock = new HandClock(SomeUpload.ACCEPTED);
  private final Slots slots = SomeSlots.of(1);
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private Map<String, String> settings = Map.of();
  private FakeApi api;
  private StartedReconciler<DataUpload> reconciler;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    put(SomeUpload.in("Accepted"));
    reconciler = StartedReconciler.of(reconciler(), DataUpload.class, api.client());
  }

  @AfterEach
  void stop() {
    reconciler.close();
    api.close();
  }

  @Test
  void aNameThatADeletedBackupStillHas_failsTheBackupBeforeKubeVirtIsAsked() throws Exception {
    // given
    putVmAndLocation();
    store.plant(
        "plugins/kubevirt-datamover/manifests/night-1/orders-web-7.json",
        """
        {"namespace": "orders", "name": "web-7", "checkpointChain": ["c0"], "backupName": "night-1"}"""
            .getBytes(StandardCharsets.UTF_8));

    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains("has a backup night-1 of VM orders/web-7 already");
    assertThat(api.changes()).noneMatch(change -> change.contains("kubevirt.io"));
  }

  @Test
  void aStoreThatDoesNotAnswer_isTold_andItsRequestKeepsNoSlot() throws Exception {
    // given
    putVmAndLocation();
    letTheStoreBeAway();

    // when
    var after = pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(message()).isEqualTo("Waits for the store: It was tried for 1 s.");
    assertThat(after).contains(Duration.ofSeconds(30));
    assertThat(slots.taken()).isZero();
    assertThat(api.changes()).noneMatch(change -> change.contains("kubevirt.io"));

    // when
    store.behave();
    pass();

    // then
    assertThat(api.changes())
        .anyMatch(
            change -> change.startsWith("POST /api/v1/namespaces/orders/persistentvolumeclaims"));
  }

  @Test
  void aStoreThatDoesNotAnswerForLong_failsTheBackupWithItsWords() throws Exception {
    // given
    putVmAndLocation();
    letTheStoreBeAway();
    pass();

    // when
    passFor(Duration.ofMinutes(30));

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(writes()).isEqualTo(1);

    // when
    clock.pass(Duration.ofSeconds(1));
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message())
        .startsWith("The backup could not begin within")
        .endsWith("It was tried for 62 s.");
    assertThat(slots.taken()).isZero();
  }

  @Test
  void aWebhookThatDoesNotAnswer_isTold_asLongAsItIsSo() throws Exception {
    // given
    putVmAndLocation();
    api.refuse(
        "POST /api/v1/namespaces/orders/persistentvolumeclaims",
        500,
        "InternalError",
        "failed calling webhook");
    pass();
    assertThat(message()).doesNotContain("webhook");

    // when
    passFor(Duration.ofSeconds(30));

    // then
    assertThat(message()).startsWith("Waits for Kubernetes: ").contains("failed calling webhook");
    assertThat(writes()).isEqualTo(1);

    // when another, which is younger, waits for the slot
    assertThat(slots.take(younger(), "default", "")).isFalse();
    pass();

    // then
    assertThat(slots.take(younger(), "default", "")).isTrue();
    assertThat(message()).startsWith("Waits for Kubernetes: ");
    assertThat(writes()).isEqualTo(1);

    // when
    slots.release(younger().getMetadata().getUid());
    api.allow("POST /api/v1/namespaces/orders/persistentvolumeclaims");
    pass();

    // then
    assertThat(api.changes())
        .anyMatch(
            change ->
                change.startsWith("POST /apis/backup.kubevirt.io/")
                    && change.contains("/virtualmachinebackups"));
  }

  @Test
  void aWaitForASlotThatLasts_isTold() throws Exception {
    // given
    putVmAndLocation();
    slots.take(another(), "default", "");
    pass();
    assertThat(message()).isEmpty();

    // when
    clock.pass(Duration.ofMinutes(15));
    pass();

    // then
    assertThat(message()).isEqualTo("Comes after other transfers: no slot was free.");
  }

  private void passFor(Duration time) throws Exception {
    for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusSeconds(30)) {
      clock.pass(Duration.ofSeconds(30));
      pass();
    }
  }

  @Test
  void aRightThatIsDenied_isAskedForAgainForAMinute() throws Exception {
    // given
    api.refuse(LOCATION, 403, "Forbidden", NO_RIGHT);
    pass();

    // when
    clock.pass(Duration.ofSeconds(59));
    var control = pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(control).contains(Duration.ofSeconds(5));
  }

  @Test
  void aRightThatIsDeniedForAMinute_failsTheBackupWithTheApiServersWords() throws Exception {
    // given
    api.refuse(LOCATION, 403, "Forbidden", NO_RIGHT);
    pass();
    clock.pass(Duration.ofSeconds(59));
    pass();

    // when
    clock.pass(Duration.ofSeconds(1));
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains("The API server refuses", NO_RIGHT);
  }

  @ParameterizedTest
  @CsvSource({
    "400, BadRequest, 'admission webhook \"x\" denied the request: no'",
    "422, Invalid, 'spec is invalid: Required value'"
  })
  void whatIsInvalid_failsTheBackupAtOnce(int code, String reason, String words) throws Exception {
    // given
    api.refuse(LOCATION, code, reason, words);

    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains(words, "ask again");
  }

  @ParameterizedTest
  @CsvSource({"409, Conflict", "429, TooManyRequests", "500, InternalError"})
  void whatPasses_isTriedAgain(int code, String reason) throws Exception {
    // given
    api.refuse(LOCATION, code, reason, "not now");
    pass();

    // when
    clock.pass(Duration.ofMinutes(4));
    var after = pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(after).contains(Duration.ofSeconds(5));
  }

  @Test
  void aPassThatOnlyWaitedForItsTurn_doesNotEndTheWaitForTheRight() throws Exception {
    // given
    api.refuse(LOCATION, 403, "Forbidden", NO_RIGHT);
    pass();
    clock.pass(Duration.ofSeconds(50));
    slots.take(another(), "default", "");
    pass();
    slots.release("another");

    // when half a minute of it has counted
    clock.pass(Duration.ofSeconds(29));
    pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");

    // when the other half has passed
    clock.pass(Duration.ofSeconds(30));
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(slots.taken()).isZero();
  }

  @Test
  void anOutageInBetween_endsTheWaitForTheRight() throws Exception {
    // given
    api.refuse(LOCATION, 403, "Forbidden", NO_RIGHT);
    pass();
    clock.pass(Duration.ofSeconds(50));
    api.refuse(LOCATION, 503, "ServiceUnavailable", "starting");
    pass();

    // when
    clock.pass(Duration.ofSeconds(50));
    api.refuse(LOCATION, 403, "Forbidden", NO_RIGHT);
    pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
  }

  @Test
  void aRequestOfAVmThatIsBackedUp_isWrittenOnceUntilItsTurnComes() throws Exception {
    // given
    put(SomeUpload.untouched());
    put(older());

    // when
    waitForAnHour();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(message()).isEqualTo("Comes after DataUpload du-older of the same VM.");
    assertThat(writes()).isEqualTo(1);

    // when
    slots.take(another(), "default", "");
    var done = older();
    done.setStatus(SomeUpload.ended("Completed", SomeUpload.ACCEPTED).status());
    put(done);
    waitForAnHour();

    // then
    assertThat(writes()).isEqualTo(1);
  }

  @Test
  void aRequestThatComesWhileAllSlotsAreTaken_isWrittenOnceUntilItsTurnComes() throws Exception {
    // given
    put(SomeUpload.untouched());
    slots.take(another(), "default", "");

    // when
    waitForAnHour();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(message()).isEqualTo("Comes after other transfers: no slot was free.");
    assertThat(writes()).isEqualTo(1);
  }

  @Test
  void aWaitOfAMover_isToldOnceWhenItIsLongerThanUsualWithAsManyTransfers() throws Exception {
    // given
    put(
        SomeUpload.with(
            SomeUpload.ended("Prepared", SomeUpload.ACCEPTED),
            "As it was.",
            "Full backup (FirstBackup)."));
    putMoverWithoutANode();
    startAgain();
    letRunBesides(3);

    // when
    clock.pass(Duration.ofSeconds(50));
    pass();

    // then
    assertThat(writes()).isZero();

    // when
    clock.pass(Duration.ofSeconds(1));
    pass();
    letRunBesides(9);
    pass();

    // then
    assertThat(message()).isEqualTo("Full backup (FirstBackup). 0/1 nodes are available.");
    assertThat(writes()).isEqualTo(1);
  }

  @Test
  void whatMayNotBeDeletedForAMinute_isLeft_andItsSlotIsFreeAtOnce() throws Exception {
    // given
    var failed = SomeUpload.ended("Failed", SomeUpload.ACCEPTED);
    put(failed);
    startAgain();
    slots.take(failed, "default", "");
    var secret = "/api/v1/namespaces/orders/secrets/" + Observer.name(failed, Retries.NONE);
    api.refuse("DELETE " + secret, 403, "Forbidden", NO_RIGHT);

    // when
    pass();

    // then
    assertThat(slots.taken()).isZero();
    assertThat(writes()).isZero();

    // when: it is told, and uploads are looked for; then it is let go
    clock.pass(Duration.ofMinutes(1));
    pass();
    pass();

    // then
    assertThat(api.changes()).contains("POST /api/v1/namespaces/velero/events");
    assertThat(writes()).isEqualTo(1);
    assertThat(phase()).isEqualTo("Failed");
  }

  @Test
  void aVolumeThatCannotBeDeleted_isLeftAndToldAfterItsTime() throws Exception {
    // given
    put(SomeUpload.ended("Failed", SomeUpload.ACCEPTED));
    putVolumeThatStays();
    startAgain();
    pass();

    // when
    cleanFor(Duration.ofMinutes(15));

    // then
    assertThat(isHeld()).isTrue();
    assertThat(told()).isEmpty();

    // when: it is told, and uploads are looked for; then it is let go
    clock.pass(Duration.ofSeconds(2));
    pass();
    pass();

    // then
    assertThat(isHeld()).isFalse();
    assertThat(told()).containsExactly("Still there after the deadline: volume pvc-1.");
    assertThat(phase()).isEqualTo("Failed");
  }

  @Test
  void whatTheApiServerFailsToDelete_isLeftAfterThatTimeToo() throws Exception {
    // given
    var failed = SomeUpload.ended("Failed", SomeUpload.ACCEPTED);
    put(failed);
    startAgain();
    var secret = "/api/v1/namespaces/orders/secrets/" + Observer.name(failed, Retries.NONE);
    api.refuse("DELETE " + secret, 500, "InternalError", "failed calling webhook");
    pass();

    // when
    cleanFor(Duration.ofMinutes(16));
    pass();

    // then
    assertThat(isHeld()).isFalse();
    assertThat(told()).containsExactly("The API server refuses: failed calling webhook");
  }

  @Test
  void aMoverWhoseNodeDoesNotAnswer_isToldAndNotTouched() throws Exception {
    // given
    put(SomeUpload.in("InProgress"));
    putBackup(NAME, Map.of("virtmover.io/plan", SomeBackup.PULLED.text()));
    putMoverWithoutANode();
    var pod = "/api/v1/namespaces/velero/pods/" + NAME;
    api.put(
        pod,
        JSON.asJson(
            new PodBuilder()
                .withMetadata(metadata("velero", NAME))
                .editMetadata()
                .withDeletionTimestamp(SomeUpload.ACCEPTED.toString())
                .endMetadata()
                .withNewSpec()
                .withNodeName("node-1")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build()));
    startAgain();
    pass();
    assertThat(message()).doesNotContain("node-1");

    // when
    clock.pass(Duration.ofMinutes(3));
    pass();
    pass();

    // then
    assertThat(message()).contains("Full backup (FirstBackup). node node-1", "does not answer");
    assertThat(phase()).isEqualTo("InProgress");
    assertThat(api.changes()).noneMatch(change -> change.startsWith("DELETE"));
  }

  @ParameterizedTest
  @CsvSource({"403, Forbidden", "400, BadRequest"})
  void aCancelThatIsRefusedSomething_isNotAFailure(int code, String reason) throws Exception {
    // given
    putMoverWithoutANode();
    put(SomeUpload.canceled(SomeUpload.in("Prepared")));
    startAgain();
    var job =
        "/apis/batch/v1/namespaces/velero/jobs/"
            + Observer.name(SomeUpload.in("Prepared"), Retries.NONE);
    api.refuse("DELETE " + job, code, reason, "no");

    // when
    pass();
    clock.pass(Duration.ofMinutes(2));
    pass();

    // then
    assertThat(phase()).isEqualTo("Canceling");
  }

  private void putVmAndLocation() {
    api.put(
        "/apis/kubevirt.io/v1/namespaces/orders/virtualmachines/web-7",
        """
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": {"name": "web-7", "namespace": "orders", "uid": "vm-1"},
         "spec": {"template": {"spec": {"volumes": [{"name": "root", "persistentVolumeClaim": {"claimName": "web-7-root"}}]}}},
         "status": {"changedBlockTracking": {"state": "Enabled"}}}
        """);
    api.put(
        "/api/v1/namespaces/orders/persistentvolumeclaims/web-7-root",
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "web-7-root", "namespace": "orders", "uid": "1"}}
        """);
    api.put(
        "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/default",
        """
        {"apiVersion": "velero.io/v1", "kind": "BackupStorageLocation", "metadata": {"name": "default", "namespace": "velero"},
         "spec": {"provider": "aws", "objectStorage": {"bucket": "bucket"}}}
        """);
  }

  @Test
  void aBackupInTheBucket_isCommittedWithoutTheExportThatMayNotBeLookedAt() throws Exception {
    // given
    put(SomeUpload.in("InProgress"));
    putMoverThatHasEnded();
    putBackup(NAME, Map.of("virtmover.io/plan", SomeBackup.PULLED.text()));
    api.put(
        "/apis/export.kubevirt.io",
        """
        {"kind": "APIGroup", "apiVersion": "v1", "name": "export.kubevirt.io",
         "versions": [{"groupVersion": "export.kubevirt.io/v1", "version": "v1"}]}
        """);
    api.refuse(
        "GET /apis/export.kubevirt.io/v1/namespaces/orders/virtualmachineexports/" + NAME,
        403,
        "Forbidden",
        NO_RIGHT);
    startAgain();

    // when
    pass();

    // then
    assertThat(api.changes()).contains("DELETE " + BACKUPS + NAME);
  }

  @Test
  void aBackupInTheBucket_isNotFailedForWhatIsDenied_alsoWhereOnlyItsMoverTellsOfIt()
      throws Exception {
    // given
    put(SomeUpload.in("InProgress"));
    putMoverThatHasEnded();
    putBackup("another", Map.of());
    var trackers =
        "/apis/backup.kubevirt.io/v1alpha1/namespaces/orders/virtualmachinebackuptrackers";
    api.refuse("GET " + trackers + "/t", 403, "Forbidden", NO_RIGHT);
    startAgain();

    // when
    pass();
    clock.pass(Duration.ofMinutes(2));
    pass();

    // then
    assertThat(phase()).isEqualTo("InProgress");

    // when
    api.allow("GET " + trackers + "/t");
    pass();

    // then
    assertThat(phase()).isEqualTo("Completed");
  }

  /** KubeVirt keeps it until its own time is over; the restore point is there. */
  @Test
  void aBackupInTheBucket_isCompletedAlsoWhereItsCommitIsDenied() throws Exception {
    // given
    put(SomeUpload.in("InProgress"));
    putMoverThatHasEnded();
    putBackup(NAME, Map.of("virtmover.io/plan", SomeBackup.PULLED.text()));
    api.refuse("DELETE " + BACKUPS + NAME, 403, "Forbidden", NO_RIGHT);
    startAgain();

    // when
    pass();
    clock.pass(Duration.ofMinutes(2));
    pass();

    // then
    assertThat(phase()).isEqualTo("InProgress");

    // when
    clock.pass(Duration.ofHours(24));
    pass();

    // then
    assertThat(phase()).isEqualTo("Completed");

    // when
    startAgain();
    cleanFor(Duration.ofMinutes(16));
    pass();

    // then
    assertThat(isHeld()).isFalse();
    assertThat(told()).anyMatch(text -> text.contains("VirtualMachineBackup orders/" + NAME));
    assertThat(phase()).isEqualTo("Completed");
  }

  @Test
  void aGuestThatCouldNotBeFrozen_isToldInMessageAndEvent() throws Exception {
    // given
    putPushedBackupOfAnUnfrozenGuest();
    startAgain();

    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Prepared");
    assertThat(message()).isEqualTo("Full backup (FirstBackup), guest not frozen.");
    assertThat(told())
        .contains(
            "The guest's file systems could not be frozen; the backup is what a power failure would leave.");
  }

  @Test
  void aGuestThatHadToBeFrozen_failsTheBackup() throws Exception {
    // given
    putPushedBackupOfAnUnfrozenGuest();
    settings = Map.of("backup.quiesce", "required");
    startAgain();

    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains("could not be frozen", "backup.quiesce requires it");
    assertThat(api.changes()).noneMatch(change -> change.contains("/jobs"));
  }

  private void putPushedBackupOfAnUnfrozenGuest() {
    put(SomeUpload.in("Accepted"));
    putVmAndLocation();
    api.put(
        BACKUPS + NAME,
        JSON.asJson(
            new GenericKubernetesResourceBuilder()
                .withApiVersion("backup.kubevirt.io/v1alpha1")
                .withKind("VirtualMachineBackup")
                .withMetadata(metadata("orders", NAME))
                .editMetadata()
                .withAnnotations(Map.of("virtmover.io/plan", SomeBackup.PUSHED.text()))
                .endMetadata()
                .addToAdditionalProperties(
                    "status",
                    Map.of(
                        "type",
                        "Full",
                        "checkpointName",
                        NAME + "-2026-03-01_02-00-00",
                        "includedVolumes",
                        List.of(Map.of("volumeName", "rootdisk"), Map.of("volumeName", "data")),
                        "conditions",
                        List.of(
                            Map.of("type", "Complete", "status", "True", "reason", "Completed"),
                            Map.of(
                                "type", "Quiesced", "status", "False", "reason", "QuiesceFailed"))))
                .build()));
    api.put(
        "/api/v1/namespaces/velero/persistentvolumeclaims/" + NAME,
        JSON.asJson(
            new PersistentVolumeClaimBuilder()
                .withMetadata(metadata("velero", NAME))
                .withNewStatus()
                .withPhase("Bound")
                .endStatus()
                .build()));
  }

  private void putMoverThatHasEnded() {
    var outcome = new Outcome.Completed(SomeBackup.REPORT);
    api.put(
        "/apis/batch/v1/namespaces/velero/jobs/" + NAME,
        JSON.asJson(
            new JobBuilder()
                .withMetadata(metadata("velero", NAME))
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .endSpec()
                .endTemplate()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("Complete")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build()));
    api.put(
        "/api/v1/namespaces/velero/pods/" + NAME,
        JSON.asJson(
            new PodBuilder()
                .withMetadata(metadata("velero", NAME))
                .withNewStatus()
                .withPhase("Succeeded")
                .addNewContainerStatus()
                .withNewState()
                .withNewTerminated()
                .withExitCode(0)
                .withMessage(ResultCodec.write(new TransferResult(NAME, outcome, false)))
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build()));
  }

  private void putBackup(String name, Map<String, String> annotations) {
    api.put(
        BACKUPS + name,
        JSON.asJson(
            new GenericKubernetesResourceBuilder()
                .withApiVersion("backup.kubevirt.io/v1alpha1")
                .withKind("VirtualMachineBackup")
                .withMetadata(metadata("orders", name))
                .editMetadata()
                .withAnnotations(annotations)
                .endMetadata()
                .addToAdditionalProperties(
                    "spec",
                    Map.of("source", Map.of("kind", "VirtualMachineBackupTracker", "name", "t")))
                .addToAdditionalProperties(
                    "status",
                    Map.of(
                        "conditions",
                        List.of(
                            Map.of(
                                "type", "Progressing", "status", "True", "reason", "ExportReady"))))
                .build()));
  }

  private static ObjectMeta metadata(String namespace, String name) {
    return new ObjectMetaBuilder()
        .withNamespace(namespace)
        .withName(name)
        .withUid(name)
        .withResourceVersion("1")
        .withCreationTimestamp(SomeUpload.ACCEPTED.toString())
        .addToLabels("virtmover.io/request-kind", "DataUpload")
        .addToLabels("virtmover.io/request-uid", "0f2d6c1e")
        .addToLabels("virtmover.io/attempt", name)
        .build();
  }

  private void putMoverWithoutANode() {
    var name = Observer.name(SomeUpload.in("Prepared"), Retries.NONE);
    var metadata =
        """
        "metadata": {"name": "%1$s", "namespace": "velero", "uid": "%1$s", "resourceVersion": "1",
          "creationTimestamp": "%2$s", "labels": {"virtmover.io/request-kind": "DataUpload",
          "virtmover.io/request-uid": "0f2d6c1e", "virtmover.io/attempt": "%1$s"}}"""
            .formatted(name, SomeUpload.ACCEPTED);
    api.put(
        "/apis/batch/v1/namespaces/velero/jobs/" + name,
        """
        {"apiVersion": "batch/v1", "kind": "Job", %s, "spec": {"template": {"spec": {"volumes":
          [{"name": "volume", "persistentVolumeClaim": {"claimName": "%s"}}]}}}}
        """
            .formatted(metadata, name));
    api.put(
        "/api/v1/namespaces/velero/pods/" + name,
        """
        {"apiVersion": "v1", "kind": "Pod", %s, "status": {"phase": "Pending", "conditions":
          [{"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available."}]}}
        """
            .formatted(metadata));
  }

  /** KubeVirt's files were on it; its claim is gone. */
  private void putVolumeThatStays() {
    api.put(
        "/api/v1/persistentvolumes/pvc-1",
        """
        {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pvc-1", "resourceVersion": "1",
          "labels": {"virtmover.io/request-uid": "0f2d6c1e"},
          "annotations": {"pv.kubernetes.io/provisioned-by": "fast.example.org"}},
         "spec": {"persistentVolumeReclaimPolicy": "Delete", "claimRef": {"namespace": "velero", "name": "gone", "uid": "gone"}},
         "status": {"phase": "Failed"}}
        """);
  }

  private void cleanFor(Duration time) throws Exception {
    var end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      clock.pass(Duration.ofSeconds(20));
      pass();
    }
  }

  private boolean isHeld() {
    return !api.get(UPLOADS + "du-night-1").orElseThrow().at("/metadata/finalizers").isEmpty();
  }

  private List<String> told() {
    return api.client().v1().events().inNamespace("velero").list().getItems().stream()
        .map(Event::getMessage)
        .toList();
  }

  /** Caches show what was there when they were started. */
  private void startAgain() {
    reconciler.close();
    reconciler = StartedReconciler.of(reconciler(), DataUpload.class, api.client());
  }

  private void letRunBesides(int number) {
    for (var i = 0; i < number; i++) {
      var other = another();
      other.getMetadata().setUid("other-" + i);
      slots.keep(other, "default", () -> "");
    }
  }

  /** Each time it says something else. */
  private void letTheStoreBeAway() {
    var times = new AtomicInteger();
    store.before(
        _ -> {
          throw new VirtMoverException(
              FailureKind.UNAVAILABLE, "It was tried for %d s.".formatted(times.incrementAndGet()));
        });
  }

  private void waitForAnHour() throws Exception {
    for (var minute = 0; minute < 60; minute++) {
      pass();
      clock.pass(Duration.ofMinutes(1));
    }
  }

  private long writes() {
    return api.changes().stream().filter(("PATCH " + UPLOADS + "du-night-1")::equals).count();
  }

  private static DataUpload older() {
    var older = SomeUpload.in("InProgress");
    older.getMetadata().setName("du-older");
    older.getMetadata().setUid("older");
    older.getMetadata().setCreationTimestamp("2026-03-01T01:00:00Z");
    return older;
  }

  /** While it has the only slot, nothing is asked that is denied. */
  private static DataUpload another() {
    var another = SomeUpload.in("InProgress");
    another.getMetadata().setUid("another");
    return another;
  }

  private static DataUpload younger() {
    var younger = another();
    younger.getMetadata().setCreationTimestamp("2026-03-01T02:10:00Z");
    return younger;
  }

  private void put(DataUpload request) {
    api.put(
        UPLOADS + request.getMetadata().getName(), new KubernetesSerialization().asJson(request));
  }

  private Optional<Duration> pass() throws Exception {
    return reconciler.pass("velero", "du-night-1").getScheduleDelay().map(Duration::ofMillis);
  }

  private String phase() {
    return status("phase");
  }

  private String message() {
    return status("message");
  }

  private String status(String field) {
    return api.get(UPLOADS + "du-night-1").orElseThrow().path("status").path(field).asText();
  }

  private UploadReconciler reconciler() {
    var client = api.client();
    var config = SomeConfig.with(settings);
    var kubeVirt = SomeKubeVirt.of(api);
    var known = new KnownRequests();
    var reports = SomeReports.of(known);
    var tries = new Tries();
    var apiRefusals = SomeRefusals.by(tries);
    var sightings = new JobSightings();
    var tokens = new ExportTokens(client, config);
    var locations = SomeLocations.of(client, config);
    var buckets = SomeLocations.buckets(locations, store);
    var moves = SomeMoves.of(client);
    var trackers = new TrackerMending(kubeVirt);
    var clearing = new Clearing(client, config, kubeVirt, trackers, moves, locations, buckets);
    var executor =
        new Executor(
            client,
            config,
            kubeVirt,
            locations,
            new Planner(client, kubeVirt, new TrackingGaps(client, kubeVirt), buckets, config),
            SomeMovers.files(config),
            SomeMovers.jobs(config),
            reports,
            SomeRequests.of(client, config),
            SomeEvents.of(client, config),
            slots,
            clearing,
            moves,
            tokens,
            tries,
            sightings,
            trackers,
            apiRefusals,
            clock);
    return new UploadReconciler(
        config,
        kubeVirt,
        reports,
        SomeMovers.refusals(client, config),
        executor,
        clearing,
        slots,
        known,
        SomeLeadership.acting(),
        SomeMetrics.ofQueue(slots),
        SomeMetrics.lastSuccess(config, kubeVirt),
        tries,
        apiRefusals,
        sightings,
        tokens,
        clock);
  }
}
