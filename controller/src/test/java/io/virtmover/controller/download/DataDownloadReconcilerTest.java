// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.HandClock;
import io.virtmover.controller.StartedReconciler;
import io.virtmover.controller.callback.SomeReports;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.leadership.SomeLeadership;
import io.virtmover.controller.location.SomeLocations;
import io.virtmover.controller.metrics.SomeMetrics;
import io.virtmover.controller.mover.SomeMovers;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.queue.SomeSlots;
import io.virtmover.controller.report.SomeEvents;
import io.virtmover.controller.report.SomeRequests;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.SomeClaims;
import io.virtmover.controller.volume.SomeMoves;
import io.virtmover.controller.watch.KnownRequests;
import io.virtmover.controller.watch.SomeRefusals;
import io.virtmover.controller.watch.Tries;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.repository.RepositoryRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An accepted restore of a disk that the bucket has, and an API server that refuses. */
class DataDownloadReconcilerTest {
  private static final DataDownload REQUEST = SomeDownload.in("Accepted");
  private static final String DOWNLOADS =
      "/apis/velero.io/v2alpha1/namespaces/velero/datadownloads";
  private static final String AT = DOWNLOADS + "/" + REQUEST.getMetadata().getName();
  private static final String VM = "/apis/kubevirt.io/v1/namespaces/shop/virtualmachines/web-7";
  private static final String NAME = RestoreObjects.name(REQUEST);
  private static final String JOBS = "/apis/batch/v1/namespaces/velero/jobs/";
  private static final String TARGET =
      "/api/v1/namespaces/shop/persistentvolumeclaims/web-7-rootdisk";
  private static final String CLAIM = "/api/v1/namespaces/velero/persistentvolumeclaims";
  private static final String SECRET = "POST /api/v1/namespaces/velero/secrets";
  private static final String JOB = "POST /apis/batch/v1/namespaces/velero/jobs";
  private static final String NO_ROOM = "is forbidden: exceeded quota: q, requested: 1, limited: 0";

  private final HandClock clock = new HandClock(Instant.parse(SomeDownload.ACCEPTED));
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Slots slots = SomeSlots.of(1);
  private FakeApi api;
  private StartedReconciler<DataDownload> reconciler;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApi();
    put(AT, REQUEST);
    put(TARGET, SomeClaims.pending("shop", "web-7-rootdisk"));
    api.put(
        "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/default",
        """
        {"apiVersion": "velero.io/v1", "kind": "BackupStorageLocation", "metadata": {"name": "default", "namespace": "velero"},
         "spec": {"provider": "aws", "objectStorage": {"bucket": "b", "prefix": "velero"}, "config": {"region": "r"}}}
        """);
    plant("checkpoints/orders/web-7/index.json", "index.json");
    plant("manifests/night-1/orders-web-7.json", "manifest.json");
    reconciler = StartedReconciler.of(reconciler(), DataDownload.class, api.client());
  }

  @AfterEach
  void stop() {
    reconciler.close();
    api.close();
  }

  @Test
  void aRestoreThatIsRefusedNothing_asksForItsMover() throws Exception {
    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Prepared");
    assertThat(slots.taken()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    SECRET + ", Secret, 422, Invalid",
    JOB + ", Job, 422, Invalid",
    JOB + ", Job, 400, BadRequest"
  })
  void whatIsInvalid_failsTheRestoreAtOnceAndFreesItsSlot(
      String request, String kind, int code, String reason) throws Exception {
    // given
    api.refuse(request, code, reason, "admission webhook \"x\" denied the request: no label.");

    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message())
        .isEqualTo(
            "The API server refuses to make %s velero/%s: admission webhook \"x\" denied the request: no label. Mend what it names, in the request, in VirtMover's settings or in an admission rule, and ask again.",
            kind, NAME);
    assertThat(slots.taken()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    SECRET + ", 'secrets is forbidden: User \"c\" cannot create resource \"secrets\"'",
    JOB + ", 'jobs.batch \"n\" is forbidden: violates policy'"
  })
  void whatIsDenied_failsTheRestoreAfterAMinuteAndFreesItsSlot(String request, String words)
      throws Exception {
    // given
    api.refuse(request, 403, "Forbidden", words);
    pass();

    // when
    clock.pass(Duration.ofSeconds(59));
    pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");

    // when
    clock.pass(Duration.ofSeconds(1));
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains("refuses to make", NAME, words, "ask again");
    assertThat(slots.taken()).isZero();
  }

  @Test
  void aRightToLook_isWaitedForAsLong() throws Exception {
    // given
    api.refuse(
        "GET " + TARGET,
        403,
        "Forbidden",
        "persistentvolumeclaims is forbidden: User \"c\" cannot get resource");
    pass();

    // when
    clock.pass(Duration.ofMinutes(1));
    pass();

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains("cannot get resource", "Give the controller this right");
  }

  @Test
  void aPassThatComesThrough_endsTheWaitForTheRight() throws Exception {
    // given
    var denied = "jobs.batch is forbidden: User \"c\" cannot create resource";
    api.refuse(JOB, 403, "Forbidden", denied);
    pass();
    clock.pass(Duration.ofSeconds(50));
    api.refuse(JOB, 403, "Forbidden", NO_ROOM);
    pass();

    // when
    clock.pass(Duration.ofSeconds(50));
    api.refuse(JOB, 403, "Forbidden", denied);
    pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
  }

  @ParameterizedTest
  @CsvSource({
    "409, Conflict, 'Operation cannot be fulfilled on resourcequotas \"q\"'",
    "429, TooManyRequests, busy",
    "500, InternalError, 'failed calling webhook'",
    "503, ServiceUnavailable, 'shutting down'"
  })
  void whatPasses_isTriedAgain(int code, String reason, String words) throws Exception {
    // given
    api.refuse(JOB, code, reason, words);
    pass();

    // when
    clock.pass(Duration.ofMinutes(4));
    var after = pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(after).contains(Duration.ofSeconds(5));

    // when
    api.allow(JOB);
    pass();

    // then
    assertThat(phase()).isEqualTo("Prepared");
  }

  @Test
  void aWebhookThatDoesNotAnswer_isTold_asLongAsItIsSo() throws Exception {
    // given
    api.refuse(JOB, 500, "InternalError", "failed calling webhook");
    pass();
    assertThat(message()).doesNotContain("webhook");

    // when
    passFor(Duration.ofSeconds(30));

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(message()).startsWith("Waits for Kubernetes: ").contains("failed calling webhook");

    // when
    api.allow(JOB);
    pass();

    // then
    assertThat(phase()).isEqualTo("Prepared");
    assertThat(message()).isEqualTo("Waits for the mover to run.");
  }

  private void passFor(Duration time) throws Exception {
    for (var passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plusSeconds(30)) {
      clock.pass(Duration.ofSeconds(30));
      pass();
    }
  }

  @ParameterizedTest
  @CsvSource({"POST " + CLAIM, SECRET, JOB})
  void aQuotaWithoutRoom_isWaitedForInItsSlot(String request) throws Exception {
    // given
    api.refuse(request, 403, "Forbidden", NO_ROOM);

    // when
    var after = pass();

    // then
    assertThat(phase()).isEqualTo("Accepted");
    assertThat(message()).isEqualTo("Kubernetes refuses what the restore needs: " + NO_ROOM);
    assertThat(after).contains(Duration.ofSeconds(30));
    assertThat(slots.taken()).isEqualTo(1);

    // when
    clock.pass(Duration.ofMinutes(4));
    api.allow(request);
    pass();

    // then
    assertThat(phase()).isEqualTo("Prepared");
    assertThat(slots.taken()).isEqualTo(1);
  }

  @Test
  void aQuotaThatHasNoRoomForLong_failsTheRestore() throws Exception {
    // given
    api.refuse(JOB, 403, "Forbidden", NO_ROOM);
    pass();

    // when
    for (var halfMinute = 0; halfMinute < 61; halfMinute++) {
      clock.pass(Duration.ofSeconds(30));
      pass();
    }

    // then
    assertThat(phase()).isEqualTo("Failed");
    assertThat(message()).contains("could not begin within 30m", NO_ROOM);
    assertThat(slots.taken()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"400, BadRequest", "422, Invalid"})
  void aVmThatMayNotBeChangedSo_staysHaltedAndSaysWhyAtOnce(int code, String reason)
      throws Exception {
    // given
    putRestoredVm();
    api.refuse("PATCH " + VM, code, reason, "admission webhook \"x\" denied the request: no.");

    // when
    pass();

    // then
    assertThat(told())
        .containsExactly(
            "VM shop/web-7 is not started, start it yourself: The API server refuses: admission webhook \"x\" denied the request: no.");
    assertThat(isHeld()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PATCH " + VM, "GET " + VM, "GET " + DOWNLOADS})
  void aRightToStartAVm_isWaitedForAsLong_thenItStaysHaltedAndSaysWhy(String request)
      throws Exception {
    // given
    putRestoredVm();
    api.refuse(request, 403, "Forbidden", "it is forbidden: User \"c\" cannot do it");
    pass();
    clock.pass(Duration.ofSeconds(59));
    pass();
    assertThat(told()).isEmpty();
    assertThat(isHeld()).isTrue();

    // when
    clock.pass(Duration.ofSeconds(1));
    pass();

    // then
    assertThat(told())
        .containsExactly(
            "VM shop/web-7 is not started, start it yourself: The API server refuses: it is forbidden: User \"c\" cannot do it");
    assertThat(isHeld()).isFalse();
  }

  @Test
  void aRightThatComesBack_startsTheVm() throws Exception {
    // given
    putRestoredVm();
    api.refuse("PATCH " + VM, 403, "Forbidden", "it is forbidden: User \"c\" cannot patch it");
    pass();

    // when
    clock.pass(Duration.ofSeconds(5));
    api.allow("PATCH " + VM);
    pass();

    // then
    assertThat(told()).containsExactly("VM shop/web-7 has all its disks and its run strategy.");
    assertThat(isHeld()).isFalse();
  }

  @Test
  void aRestoredVolumeOnItsWay_isNotThrownAwayForALookThatIsDenied() throws Exception {
    // given
    put(AT, SomeDownload.in("InProgress"));
    api.put(
        "/api/v1/persistentvolumes/pvc-1",
        """
        {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pvc-1", "uid": "pvc-1", "resourceVersion": "1",
          "labels": {"virtmover.io/request-kind": "DataDownload", "virtmover.io/request-uid": "0f2d6c1e"},
          "annotations": {"virtmover.io/original-reclaim-policy": "Delete"}},
         "spec": {"persistentVolumeReclaimPolicy": "Retain", "claimRef": {"namespace": "velero", "name": "%s", "uid": "gone"}}}
        """
            .formatted(NAME));
    startAgain();
    api.refuse("GET " + TARGET, 403, "Forbidden", "it is forbidden: User \"c\" cannot get it");
    api.refuse("GET " + JOBS + NAME, 403, "Forbidden", "it is forbidden: User \"c\" cannot get it");

    // when
    pass();
    clock.pass(Duration.ofMinutes(2));
    pass();

    // then
    assertThat(phase()).isEqualTo("InProgress");
    assertThat(message()).contains("Hands the volume over", "User \"c\" cannot get it");
  }

  @Test
  void aRestoreOfWhichNothingIsLeftToDo_isNotFailedForALookThatIsDenied() throws Exception {
    // given
    put(AT, SomeDownload.in("InProgress"));
    api.refuse("GET " + TARGET, 403, "Forbidden", "it is forbidden: User \"c\" cannot get it");

    // when
    pass();
    clock.pass(Duration.ofMinutes(2));
    pass();

    // then
    assertThat(phase()).isEqualTo("InProgress");
  }

  /** Caches show what was there when they were started. */
  private void startAgain() {
    reconciler.close();
    reconciler = StartedReconciler.of(reconciler(), DataDownload.class, api.client());
  }

  @Test
  void aCanceledRestore_isStoppedWhateverMayNotBeLookedAt() throws Exception {
    // given
    put(AT, SomeDownload.canceled(SomeDownload.in("Prepared")));
    startAgain();
    for (var request : List.of("GET " + TARGET, "GET " + JOBS + NAME)) {
      api.refuse(request, 403, "Forbidden", "it is forbidden: User \"c\" cannot get it");
    }

    // when
    pass();

    // then
    assertThat(phase()).isEqualTo("Canceled");
  }

  @ParameterizedTest
  @CsvSource({
    "409, Conflict, the object has been modified",
    "500, InternalError, failed calling webhook",
    "503, ServiceUnavailable, shutting down"
  })
  void aVmThatCannotBeStartedNow_isStartedSoon(int code, String reason, String words)
      throws Exception {
    // given
    putRestoredVm();
    api.refuse("PATCH " + VM, code, reason, words);

    // when
    var after = pass();

    // then
    assertThat(after).contains(Duration.ofSeconds(5));
    assertThat(told()).isEmpty();
    assertThat(isHeld()).isTrue();

    // when
    clock.pass(Duration.ofSeconds(5));
    api.allow("PATCH " + VM);
    pass();

    // then
    assertThat(told()).containsExactly("VM shop/web-7 has all its disks and its run strategy.");
    assertThat(isHeld()).isFalse();
  }

  @Test
  void aVmThatCanNeverBeStarted_staysHaltedAndSaysWhy() throws Exception {
    // given
    putRestoredVm();
    api.refuse("PATCH " + VM, 500, "InternalError", "failed calling webhook");
    pass();

    // when
    for (var minutes = 0; minutes <= 24 * 60; minutes += 4) {
      clock.pass(Duration.ofMinutes(4));
      pass();
    }

    // then
    assertThat(told())
        .containsExactly(
            "After 24h, timeouts.total, the VM could not be started: failed calling webhook. If the VM is halted, start it yourself.");
    assertThat(isHeld()).isFalse();
  }

  @Test
  void aVmThatVeleroStillMakes_isLookedForWithoutCleaningUpAgain() throws Exception {
    // given
    put(AT, SomeDownload.ended("Completed", SomeDownload.ACCEPTED));
    api.put(
        "/apis/velero.io/v1/namespaces/velero/restores/restore-7",
        """
        {"apiVersion": "velero.io/v1", "kind": "Restore", "metadata": {"name": "restore-7", "namespace": "velero"},
         "status": {"phase": "InProgress"}}
        """);

    // when
    var after = pass();
    clock.pass(Duration.ofSeconds(5));
    pass();

    // then
    assertThat(after).contains(Duration.ofSeconds(5));
    assertThat(api.changes()).containsOnlyOnce("DELETE /api/v1/namespaces/velero/secrets/" + NAME);
    assertThat(isHeld()).isTrue();

    // when
    putRestoredVm();
    clock.pass(Duration.ofSeconds(5));
    pass();

    // then
    assertThat(told()).containsExactly("VM shop/web-7 has all its disks and its run strategy.");
    assertThat(isHeld()).isFalse();
  }

  private void putRestoredVm() {
    put(AT, SomeDownload.ended("Completed", SomeDownload.ACCEPTED));
    api.serveKind("kubevirt.io/v1", "VirtualMachine", "virtualmachines");
    api.put(
        VM,
        """
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
         "metadata": {"name": "web-7", "namespace": "shop", "resourceVersion": "1",
           "annotations": {"virtmover.io/original-run-strategy": "Always"}},
         "spec": {"runStrategy": "Halted"}}
        """);
  }

  private boolean isHeld() {
    return !api.get(AT).orElseThrow().at("/metadata/finalizers").isEmpty();
  }

  private List<String> told() {
    return api.client().v1().events().inNamespace("velero").list().getItems().stream()
        .map(Event::getMessage)
        .toList();
  }

  private void put(String path, HasMetadata object) {
    api.put(path, new KubernetesSerialization().asJson(object));
  }

  private void plant(String path, String golden) {
    try (var stream = getClass().getResourceAsStream("/golden/v1/" + golden)) {
      store.plant(
          RepositoryRoot.ofPrefix("velero").key(path),
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8)
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Duration> pass() throws Exception {
    return reconciler
        .pass("velero", REQUEST.getMetadata().getName())
        .getScheduleDelay()
        .map(Duration::ofMillis);
  }

  private String phase() {
    return status("phase");
  }

  private String message() {
    return status("message");
  }

  private String status(String field) {
    return api.get(AT).orElseThrow().path("status").path(field).asText();
  }

  private DataDownloadReconciler reconciler() {
    var client = api.client();
    var config = SomeConfig.with(Map.of());
    var known = new KnownRequests();
    var reports = SomeReports.of(known);
    var tries = new Tries();
    var apiRefusals = SomeRefusals.by(tries);
    var locations = SomeLocations.of(client, config);
    var moves = SomeMoves.of(client);
    var cleaner = new Cleaner(client, config, moves);
    var observer =
        new Observer(
            client,
            config,
            slots,
            new DiskLookup(locations, SomeLocations.buckets(locations, store)),
            moves,
            cleaner,
            new VmStarts(client, config, apiRefusals, clock),
            reports,
            SomeMovers.refusals(client, config),
            tries);
    var executor =
        new Executor(
            client,
            config,
            SomeMovers.files(config),
            SomeMovers.jobs(config),
            slots,
            SomeRequests.of(client, config),
            SomeEvents.of(client, config),
            cleaner,
            reports,
            tries);
    return new DataDownloadReconciler(
        config,
        slots,
        observer,
        executor,
        known,
        reports,
        SomeLeadership.acting(),
        SomeMetrics.ofQueue(slots),
        tries,
        apiRefusals,
        clock);
  }
}
