// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.deletion.Tombstone;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.repository.Collected;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.VmRepository;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full of night-0, on which night-1 builds, and an older one that failed. */
class BurialTest {
  private static final VmRef VM = new VmRef("shop", "db-01");
  private static final Instant BACKED_UP = Instant.parse("2026-03-01T02:00:00Z");
  private static final Instant NOW = BACKED_UP.plus(Duration.ofDays(30));
  private static final Duration GRACE = Duration.ofHours(24);
  private static final String ROOT = "oadp-kubevirt-datamover/";
  private static final String CHECKPOINTS = ROOT + "checkpoints/shop/db-01/";
  private static final RepositoryRoot REPOSITORY = RepositoryRoot.ofPrefix("oadp");

  private final InMemoryObjectStore store =
      new InMemoryObjectStore(Clock.fixed(BACKED_UP, ZoneOffset.UTC));
  private final List<Collected> told = new ArrayList<>();
  private boolean isBusy;
  private String mode = "ReadWrite";
  private Instant now = NOW;
  private Map<String, String> notes = Map.of();
  private Map<String, String> settings = Map.of("collect.dry-run", "false");

  @BeforeEach
  void backUp() {
    plant(
        CHECKPOINTS + "index.json",
        """
        {"vmName": "db-01", "namespace": "shop", "checkpoints": [
          {"id": "c0", "type": "Full", "files": [%s], "referencedBy": ["night-0", "night-1"]},
          {"id": "c1", "type": "Incremental", "parent": "c0", "files": [%s], "referencedBy": ["night-1"]}]}
        """
            .formatted(file("c0"), file("c1")));
    manifest("night-0", "\"c0\"");
    manifest("night-1", "\"c0\", \"c1\"");
    for (var checkpoint : List.of("c0", "c1", "failed")) {
      plant(CHECKPOINTS + checkpoint + "/b-root.qcow2", "image");
    }
  }

  private static String file(String checkpoint) {
    return "{\"filename\": \"b-root.qcow2\", \"size\": 5, \"objectPath\": \"checkpoints/shop/db-01/%s/b-root.qcow2\"}"
        .formatted(checkpoint);
  }

  private void manifest(String backup, String chain) {
    plant(
        ROOT + "manifests/%s/shop-db-01.json".formatted(backup),
        """
        {"namespace": "shop", "name": "db-01", "checkpointChain": [%s], "backupName": "%s"}"""
            .formatted(chain, backup));
    plant(
        ROOT + "manifests/%s/index.json".formatted(backup),
        """
        {"backupName": "%s", "vms": [{"name": "db-01", "namespace": "shop"}]}"""
            .formatted(backup));
  }

  private void plant(String key, String text) {
    store.plant(key, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDeletedBackup_goesAndWhatOthersNeedStays() {
    // when
    var next = bury("night-0");

    // then
    assertThat(next).isEqualTo(new Work.Next.Done());
    assertThat(store.keys())
        .noneMatch(key -> key.contains("night-0") || key.contains("/failed/"))
        .contains(CHECKPOINTS + "c0/b-root.qcow2", CHECKPOINTS + "c1/b-root.qcow2");
    assertThat(told).singleElement().satisfies(one -> assertThat(one.bytes()).isEqualTo(5));
  }

  @Test
  void withTheLastBackup_everythingGoesAndAgainIsNoError() {
    // when
    bury("night-1");
    var first = (Work.Next.Again) bury("night-0");

    // then: somebody may have begun to build on the chain
    assertThat(first.at()).isAfter(NOW.plus(GRACE));
    assertThat(store.keys())
        .noneMatch(key -> key.contains("night-"))
        .contains(CHECKPOINTS + "c0/b-root.qcow2", CHECKPOINTS + "c1/b-root.qcow2");

    // when
    now = first.at();
    var next = bury("night-0");

    // then
    assertThat(next).isEqualTo(new Work.Next.Done());
    assertThat(store.keys()).isEmpty();
    assertThat(bury("night-0")).isEqualTo(new Work.Next.Done());
  }

  @Test
  void aBackupThatWasMadeAnewUnderTheName_stays() {
    // given
    var before = store.keys();

    // when
    var next = bury("night-1", BACKED_UP.minus(Duration.ofDays(1)));

    // then
    assertThat(next).isEqualTo(new Work.Next.Done());
    assertThat(store.keys())
        .containsAll(before.stream().filter(key -> !key.contains("/failed/")).toList());
  }

  @Test
  void inAReadOnlyLocation_nothingIsTouched() {
    // given
    mode = "ReadOnly";

    // then
    assertWaitsAndTouchesNothing("ReadOnly");
  }

  @Test
  void whileTheVmIsBusy_nothingIsTouched() {
    // given
    isBusy = true;

    // then
    assertWaitsAndTouchesNothing("is being backed up or restored");
  }

  @Test
  void whereTheVmGetsBusyMeanwhile_noObjectIsDeleted() {
    // given
    store.after(
        call ->
            isBusy |= call.kind() == StoreCall.Kind.PUT && call.key().endsWith("db-01/index.json"));

    // when
    var next = bury("night-0");

    // then
    assertThat(next)
        .isInstanceOfSatisfying(
            Work.Next.Again.class,
            again -> assertThat(again.reason()).contains("is being backed up or restored"));
    assertThat(store.keys())
        .contains(CHECKPOINTS + "failed/b-root.qcow2", CHECKPOINTS + "c0/b-root.qcow2");
    assertThat(told).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"other/oadp", "https://other.example/bucket/oadp"})
  void whereTheLocationLeadsElsewhereByNow_nothingIsTouched(String place) {
    // given
    var before = store.keys();
    notes = Map.of(Work.PLACE, place);

    // then
    assertThatThrownBy(() -> bury("night-0"))
        .hasMessageContaining("leads to bucket/oadp, and led to " + place);
    assertThat(store.keys()).isEqualTo(before);

    // when
    notes = Map.of(Work.PLACE, "bucket/oadp");

    // then
    assertThat(bury("night-0")).isEqualTo(new Work.Next.Done());
  }

  @Test
  void whenOnlyLogging_nothingIsTouched() {
    // given
    settings = Map.of("collect.dry-run", "true");

    // then
    assertWaitsAndTouchesNothing("dry-run");
    assertThat(told).singleElement().satisfies(one -> assertThat(one.objects()).isEqualTo(1));
  }

  @Test
  void whenOnlyLogging_theDeletedBackupCountsAsGone() {
    // given: the older chain is that of night-0 alone
    settings = Map.of("collect.dry-run", "true");
    plant(
        CHECKPOINTS + "index.json",
        """
        {"vmName": "db-01", "namespace": "shop", "checkpoints": [
          {"id": "c0", "type": "Full", "files": [%s], "referencedBy": ["night-0"]},
          {"id": "c1", "type": "Full", "files": [%s], "referencedBy": ["night-1"]}]}
        """
            .formatted(file("c0"), file("c1")));
    manifest("night-1", "\"c1\"");

    // then
    assertWaitsAndTouchesNothing("dry-run");
    assertThat(told)
        .singleElement()
        .satisfies(
            one -> assertThat(one.checkpoints()).extracting(Object::toString).contains("c0"));
  }

  private void assertWaitsAndTouchesNothing(String why) {
    var before = store.keys();
    assertThat(bury("night-0"))
        .isInstanceOfSatisfying(
            Work.Next.Again.class,
            again -> {
              assertThat(again.reason()).contains(why);
              assertThat(again.failures()).isZero();
              assertThat(again.at()).isAfter(NOW);
            });
    assertThat(store.keys()).isEqualTo(before);
  }

  @Test
  void whatCannotBeRead_failsAndNothingIsDeleted() {
    // given
    plant(ROOT + "manifests/night-1/shop-db-01.json", "[");
    var before = store.keys();

    // then
    assertThatThrownBy(() -> bury("night-1"))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP));
    assertThat(store.keys()).isEqualTo(before);
  }

  private Work.Next bury(String backup) {
    return bury(backup, BACKED_UP.plus(Duration.ofDays(1)));
  }

  private Work.Next bury(String backup, Instant deleted) {
    var tombstone = new Tombstone(new BackupName(backup), "uid-1", VM, "default");
    var object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(tombstone.name())
            .withCreationTimestamp(deleted.toString())
            .withAnnotations(notes)
            .endMetadata()
            .withData(tombstone.data())
            .build();
    var config = SomeConfig.with(settings).collect();
    var buckets = new OpenLocations(new InMemory(), config, Clock.fixed(now, ZoneOffset.UTC));
    var burial = new Burial(_ -> isBusy, config, (_, one) -> told.add(one));
    var access = access("default");
    return buckets.in(access, open -> burial.run(access, open, Work.of(object), now));
  }

  private LocationAccess access(String name) {
    var manifest = new ObjectMapper().createObjectNode();
    var spec = manifest.putObject("spec").put("accessMode", mode);
    spec.putObject("objectStorage").put("bucket", "bucket").put("prefix", "oadp");
    return new LocationAccess(name, manifest, Optional.empty(), Optional.empty());
  }

  private final class InMemory implements OpenLocations.Opening {
    @Override
    public <T> T open(LocationAccess access, VmRef vm, Function<VmRepository, T> work) {
      return work.apply(new VmRepository(store, REPOSITORY, vm));
    }
  }
}
