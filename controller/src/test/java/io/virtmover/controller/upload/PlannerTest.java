// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.controller.FakeApi;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.kubevirt.SomeKubeVirt;
import io.virtmover.controller.kubevirt.TrackingGaps;
import io.virtmover.controller.location.Locations;
import io.virtmover.controller.location.SomeLocations;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.InMemoryObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  private static final VmRef VM = new VmRef("orders", "web-7");

  private FakeApi api;
  private Planner planner;
  private Locations locations;

  @BeforeEach
  void begin() throws IOException {
    api = new FakeApi();
    var config = SomeConfig.with(Map.of());
    var kubeVirt = SomeKubeVirt.of(api);
    locations = SomeLocations.of(api.client(), config);
    var buckets = SomeLocations.buckets(locations, new InMemoryObjectStore());
    planner =
        new Planner(
            api.client(), kubeVirt, new TrackingGaps(api.client(), kubeVirt), buckets, config);
    putClaim("web-7-root", "uid-1");
    putClaim("web-7-data", "uid-2");
  }

  @AfterEach
  void end() {
    api.close();
  }

  /** A VM that is off waits for long, and can run without tracking meanwhile. */
  @ParameterizedTest
  @CsvSource({
    "uid-of-vm, du-night-0-2026-02-28_02-00-01, TRACKING_INTERRUPTED",
    "uid-of-vm, du-night-9-2026-02-27_02-00-01, ",
    "uid-of-another, '', VM_REPLACED"
  })
  void anIncrementThatWasPlanned_isNoneAnyMore(String uid, String untracked, FullReason reason) {
    // given
    api.put(
        "/apis/kubevirt.io/v1/namespaces/orders/virtualmachines/web-7",
        """
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
         "metadata": {"name": "web-7", "namespace": "orders", "uid": "%s",
           "annotations": {"virtmover.io/untracked-since": "%s"}},
         "spec": {"template": {"spec": {"volumes": [
           {"name": "rootdisk", "persistentVolumeClaim": {"claimName": "web-7-root"}},
           {"name": "data", "persistentVolumeClaim": {"claimName": "web-7-data"}}]}}},
         "status": {"changedBlockTracking": {"state": "Enabled"}}}"""
            .formatted(uid, untracked));

    // then
    assertThat(planner.outdated(VM, SomeBackup.PUSHED_INCREMENT))
        .isEqualTo(Optional.ofNullable(reason));
    assertThat(planner.outdated(VM, SomeBackup.PUSHED)).isEmpty();
  }

  /** Whoever comes first in this list is asked first. */
  @ParameterizedTest
  @CsvSource({
    "upload, config, vm, backup, location",
    "config, vm, backup, location, ''",
    "vm, backup, location, '', ''",
    "backup, location, '', '', ''",
    "location, '', '', '', ''"
  })
  void theModeOfWhoIsNearestToTheBackup_counts(
      String decides, String second, String third, String fourth, String fifth) {
    // given
    serveExports();
    var given = new Given(Map.of("mode", "push"), decides);
    var others = new Given(Map.of("mode", "pull"), second, third, fourth, fifth);

    // when
    var planned = plan(given, others);

    // then
    assertThat(planned.plan().isPull()).isFalse();
  }

  @Test
  void withoutAMode_whatKubeVirtCanDoDecides() {
    // then
    assertThat(plan().plan().isPull()).isFalse();

    // when
    serveExports();

    // then
    assertThat(plan().plan().isPull()).isTrue();
  }

  @Test
  void aModeThatIsNone_orCannotBe_isRefused() {
    assertThatThrownBy(() -> plan(new Given(Map.of("mode", "copy"), "location")))
        .hasMessage("'copy' is no mode: write auto, pull or push.");
    assertThatThrownBy(() -> plan(new Given(Map.of("mode", "pull"), "vm")))
        .hasMessageContaining("KubeVirt does not export backups");
  }

  @ParameterizedTest
  @ValueSource(strings = {"upload", "vm", "backup"})
  void aFull_canBeAskedForInThreePlaces(String place) {
    // when
    var planned = plan(new Given(Map.of("force-full-backup", "true"), place));

    // then
    assertThat(planned.plan().reason()).contains(FullReason.REQUESTED);
    assertThat(plan().plan().reason()).contains(FullReason.FIRST_BACKUP);
  }

  @Test
  void aFull_thatTheRequestDoesNotWant_isNotForcedByTheVm() {
    // when
    var planned =
        plan(
            new Given(Map.of("force-full-backup", "false"), "upload"),
            new Given(Map.of("force-full-backup", "true"), "vm", "backup"));

    // then
    assertThat(planned.plan().reason()).contains(FullReason.FIRST_BACKUP);
  }

  @Test
  void aNumberOfIncrementsThatIsNone_isRefused() {
    assertThatThrownBy(() -> plan(new Given(Map.of("max-incremental-backups", "many"), "vm")))
        .hasMessageContaining("max-incremental-backups of VM orders/web-7 is 'many'");
  }

  /** The disks have 1 GiB and an eighth, and 64 MiB more. */
  @Test
  void aClaimForWhatIsPushed_hasRoomForAllOfIt() {
    // given
    var disk = (1L << 30) + (1L << 27) + (64L << 20);
    putClaim("web-7-root", "uid-1", "1Gi");

    // then
    assertThat(plan().claimBytes()).isEqualTo(disk + disk / 5);

    // when
    serveExports();

    // then
    assertThat(plan().claimBytes()).isEqualTo(bytes("1Gi"));
  }

  /** What stands in some of the places where people write it. */
  private record Given(Map<String, String> annotations, List<String> places) {
    Given(Map<String, String> annotations, String... places) {
      this(annotations, List.of(places));
    }

    Map<String, String> at(String place) {
      return places.contains(place)
          ? annotations.entrySet().stream()
              .collect(
                  Collectors.toMap(entry -> "virtmover.io/" + entry.getKey(), Map.Entry::getValue))
          : Map.of();
    }
  }

  private Planner.Planned plan(Given... all) {
    var at =
        Stream.of("upload", "vm", "backup", "location")
            .collect(Collectors.toMap(place -> place, place -> annotations(place, all)));
    api.put(
        "/apis/kubevirt.io/v1/namespaces/orders/virtualmachines/web-7",
        """
        {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine",
         "metadata": {"name": "web-7", "namespace": "orders", "uid": "uid-of-vm", "annotations": %s},
         "spec": {"template": {"spec": {"volumes": [
           {"name": "rootdisk", "persistentVolumeClaim": {"claimName": "web-7-root"}}]}}},
         "status": {"changedBlockTracking": {"state": "Enabled"}}}"""
            .formatted(at.get("vm")));
    api.serveKind("velero.io/v1", "Backup", "backups");
    api.put(
        "/apis/velero.io/v1/namespaces/velero/backups/night-1",
        """
        {"apiVersion": "velero.io/v1", "kind": "Backup",
         "metadata": {"name": "night-1", "namespace": "velero", "annotations": %s}}"""
            .formatted(at.get("backup")));
    api.put(
        "/apis/velero.io/v1/namespaces/velero/backupstoragelocations/default",
        """
        {"apiVersion": "velero.io/v1", "kind": "BackupStorageLocation",
         "metadata": {"name": "default", "namespace": "velero", "annotations": %s},
         "spec": {"provider": "aws", "objectStorage": {"bucket": "b"}}}"""
            .formatted(at.get("location")));
    var request = SomeUpload.in("Accepted");
    for (var given : all) {
      request.getMetadata().getAnnotations().putAll(given.at("upload"));
      if (given.places().contains("config")) {
        request =
            SomeUpload.with(
                request,
                "cancel: false",
                "cancel: false\n  dataMoverConfig: {mode: %s}"
                    .formatted(given.annotations().get("mode")));
      }
    }
    request
        .getMetadata()
        .setOwnerReferences(
            List.of(
                new OwnerReferenceBuilder()
                    .withApiVersion("velero.io/v1")
                    .withKind("Backup")
                    .withName("night-1")
                    .withUid("night-1")
                    .build()));
    return planner.plan(request, VM, locations.find("default"), Retries.NONE);
  }

  private static String annotations(String place, Given... all) {
    return Stream.of(all)
        .flatMap(given -> given.at(place).entrySet().stream())
        .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private void serveExports() {
    api.put(
        "/apis/export.kubevirt.io",
        """
        {"kind": "APIGroup", "apiVersion": "v1", "name": "export.kubevirt.io",
         "versions": [{"groupVersion": "export.kubevirt.io/v1", "version": "v1"}]}
        """);
  }

  private static long bytes(String quantity) {
    return new Quantity(quantity).getNumericalAmount().longValueExact();
  }

  private void putClaim(String name, String uid, String capacity) {
    api.put(
        "/api/v1/namespaces/orders/persistentvolumeclaims/" + name,
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "orders", "uid": "%s"},
         "status": {"phase": "Bound", "capacity": {"storage": "%s"}}}"""
            .formatted(name, uid, capacity));
  }

  private void putClaim(String name, String uid) {
    api.put(
        "/api/v1/namespaces/orders/persistentvolumeclaims/" + name,
        """
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
         "metadata": {"name": "%s", "namespace": "orders", "uid": "%s"}}"""
            .formatted(name, uid));
  }
}
